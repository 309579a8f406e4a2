import { expect } from 'chai';
import { parseSelector } from '../../src/xpath/grammar.js';
import type { Span, Syntax } from '../../src/xpath/syntax.js';

/** Every part's kind and its piece of the text. */
function pieces(text: string): string[] {
  const found: string[] = [];
  const piece = (kind: string, { start, end }: Span) => found.push(`${kind} ${text.slice(start, end)}`);
  const visit = (syntax: Syntax) => {
    piece(syntax.kind, syntax);
    if (syntax.kind === 'operation' || syntax.kind === 'union') [syntax.left, syntax.right].forEach(visit);
    if (syntax.kind === 'negation') visit(syntax.operand);
    if (syntax.kind === 'call') syntax.arguments.forEach(visit);
    if (syntax.kind !== 'path') return;
    if (syntax.filter !== undefined) [syntax.filter.expression, ...syntax.filter.predicates].forEach(visit);
    for (const step of syntax.steps) {
      piece(step.axis, step);
      if (step.test.kind === 'name') piece(`name ${step.test.name}`, step.test);
      step.predicates.forEach(visit);
    }
  };
  visit(parseSelector(text));
  return found;
}

describe('the syntax of a selector', () => {
  it('has the place of every part', () => {
    expect(pieces(" ../act[ @code = 'x' ]//sdtc:id + -f(1, $a)")).to.deep.equal([
      "operation ../act[ @code = 'x' ]//sdtc:id + -f(1, $a)",
      "path ../act[ @code = 'x' ]//sdtc:id",
      'parent ..',
      "child act[ @code = 'x' ]",
      'name act act',
      "operation @code = 'x'",
      'path @code',
      'attribute @code',
      'name code code',
      "literal 'x'",
      'descendant-or-self ',
      'child sdtc:id',
      'name sdtc:id sdtc:id',
      'negation -f(1, $a)',
      'call f(1, $a)',
      'number 1',
      'variable $a',
    ]);
  });

  it('keeps the start of steps separate from the steps', () => {
    expect(pieces('(a | b)[2]/child::c')).to.deep.equal([
      'path (a | b)[2]/child::c',
      'union a | b',
      'path a',
      'child a',
      'name a a',
      'path b',
      'child b',
      'name b b',
      'number 2',
      'child child::c',
      'name c c',
    ]);
  });

  it('has no part for redundant brackets', () => {
    expect(parseSelector("('a')")).to.deep.include({ kind: 'literal', value: 'a' });
    expect(parseSelector('(((a)))')).to.deep.include({ kind: 'path' });
  });
});

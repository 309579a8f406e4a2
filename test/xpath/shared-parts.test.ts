import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { loadMappings } from '../../src/mapping/load.js';
import { Journal } from '../../src/xml/journal.js';
import { compileSelector, type Selector } from '../../src/xpath/compile.js';
import type { Expression } from '../../src/xpath/expression.js';
import { parseSelector } from '../../src/xpath/grammar.js';
import type { Syntax } from '../../src/xpath/syntax.js';
import { DOCUMENT } from './document.js';
import { randomSelectors } from './random-selectors.js';
import { read } from './reading.js';

/** A part and those inside it that are compiled by themselves. */
function partsOf(syntax: Syntax): Syntax[] {
  switch (syntax.kind) {
    case 'operation':
    case 'union':
      return [syntax, ...partsOf(syntax.left), ...partsOf(syntax.right)];
    case 'negation':
      return [syntax, ...partsOf(syntax.operand)];
    case 'call':
      return [syntax, ...syntax.arguments.flatMap(partsOf)];
    case 'path': {
      const filtered = syntax.filter === undefined ? [] : [syntax.filter.expression, ...syntax.filter.predicates];
      return [syntax, ...[...filtered, ...syntax.steps.flatMap(({ predicates }) => predicates)].flatMap(partsOf)];
    }
    default:
      return [syntax];
  }
}

/** The syntax as if its text stood alone. */
function alone(syntax: Syntax): unknown {
  const shift = (key: string, value: unknown) =>
    (key === 'start' || key === 'end') && typeof value === 'number' ? value - syntax.start : value;
  return JSON.parse(JSON.stringify(syntax, shift));
}

function outcome(selector: Selector) {
  const context = { ...read(DOCUMENT), journal: new Journal(false) };
  const starts = Array.from({ length: context.tree.count }, (_, node) => node).filter((node) => node % 29 === 1);
  return {
    type: selector.type,
    needs: selector.needs,
    found: starts.map((start) => [
      selector.string(context, start),
      selector.boolean(context, start),
      selector.type === 'nodes' ? selector.nodes(context, start) : selector.sources(context, start),
    ]),
    marks: context.journal.lines.map(({ node, mark }) => `${node} ${mark}`),
  };
}

describe('parts that selectors share', () => {
  it('mean the same wherever their text is', () => {
    const texts = new Set(randomSelectors(2000, 23));
    loadMappings(packagedMappings, {
      parse: (text) => {
        texts.add(text);
        return parseSelector(text);
      },
    });
    const known = new Map<string, unknown>();
    let again = 0;
    for (const text of texts) {
      for (const part of partsOf(parseSelector(text))) {
        const key = `${part.kind} ${text.slice(part.start, part.end)}`;
        const syntax = alone(part);
        if (known.has(key)) again++;
        else known.set(key, syntax);
        expect(syntax, `${key} in ${text}`).to.deep.equal(known.get(key));
      }
    }
    expect(again).to.be.greaterThan(known.size);
  });

  it('select and mark the same as if every selector had its own', () => {
    const compiled = new Map<string, Expression>();
    for (const text of randomSelectors(400, 31)) {
      const shared = compileSelector(text, { names: vocabulary, compiled });
      expect(outcome(shared), text).to.deep.equal(outcome(compileSelector(text, { names: vocabulary })));
    }
  });
});

import { expect } from 'chai';
import { vocabulary } from '../../src/cda/vocabulary.js';
import type { Node } from '../../src/xml/tree.js';
import { compileSelector, type NamedNodes, type NodeFunction } from '../../src/xpath/compile.js';
import { element, read } from './reading.js';

/** What the name `$whole` stands for: the element that everything stands in. */
const whole: NamedNodes = {
  type: 'nodes',
  marks: false,
  known: () => [1],
  walk: (run, _node, sink) => sink.visit(run, 1),
};

const large = () => read(element('<entryRelationship><act><code code="1"/></act></entryRelationship>'.repeat(400)));

/** Asks from a few nodes; answers what the last one found, and how often the predicate was asked. */
function ask(text: string, holds: boolean): { readonly found: readonly Node[]; readonly asked: number } {
  let asked = 0;
  const isWanted: NodeFunction = {
    minArguments: 0,
    maxArguments: 0,
    call: (_run, node) => (asked++, holds ? [node] : []),
  };
  const functions = new Map([['is-wanted', isWanted]]);
  const selector = compileSelector(text, { names: vocabulary, functions, bound: new Map([['whole', whole]]) });
  const run = large();
  let found: readonly Node[] = [];
  for (const node of [2, 3, 4, 5]) found = selector.nodes(run, node);
  return { found, asked };
}

describe('a path from a name that stands for a large element', () => {
  it('searches the element once if there is nothing to find', () => {
    expect(ask('$whole/entryRelationship/act[is-wanted()]/code', false)).to.deep.equal({ found: [], asked: 400 });
  });

  it('finds the nodes each time', () => {
    const { found } = ask('$whole/entryRelationship/act[is-wanted()]/code', true);
    expect(found).to.have.length(400);
  });

  it('checks once whether the element is a wanted one', () => {
    const { found, asked } = ask('$whole[is-wanted()]/entryRelationship', true);
    expect({ found: found.length, asked }).to.deep.equal({ found: 400, asked: 1 });
  });
});

describe('whether some of two sets of nodes differ', () => {
  const differ = (codes: readonly string[], others: readonly string[]): boolean => {
    const inside = [
      ...codes.map((code) => `<code code="${code}"/>`),
      ...others.map((code) => `<value code="${code}"/>`),
    ];
    const run = read(element(inside.join('')));
    return compileSelector('code/@code != value/@code', { names: vocabulary }).boolean(run, 1);
  };

  it('is true unless all nodes of both sets say the same', () => {
    expect(differ(['1', '1'], ['1'])).to.equal(false);
    expect(differ(['1'], ['1', '2'])).to.equal(true);
    expect(differ(['1', '2'], ['1'])).to.equal(true);
    expect(differ(['1'], ['2'])).to.equal(true);
  });

  it('is false if one set is empty', () => {
    expect(differ(['1', '2'], [])).to.equal(false);
    expect(differ([], ['1', '2'])).to.equal(false);
  });
});

import { expect } from 'chai';
import { hollowedOut } from '../../src/xml/hollow.js';
import { xpathOf } from '../../src/xml/position.js';
import { attribute, child, children, nodeName, NONE, valueOf, type Node, type Tree } from '../../src/xml/tree.js';
import { idOf } from '../../src/xml/names.js';
import { parse } from './document.js';

const tree = parse(
  '<entry xmlns="urn:hl7-org:v3"><act moodCode="EVN"><id root="1"/>' +
    '<entryRelationship typeCode="COMP"><organizer><component><observation><code code="x"/></observation></component></organizer>' +
    '</entryRelationship></act><act/></entry>',
);
const ENTRY = 1;
const named = (name: string): Node =>
  Array.from({ length: tree.count }, (_, node) => node).find((node) => nodeName(tree, node) === name) ?? NONE;
const nameId = (name: string): number => idOf(tree.names, name) ?? 0;
const names = (of: Tree, parent: Node): string[] => children(of, parent).map((node) => nodeName(of, node));

describe('a tree with elements hollowed out', () => {
  const read = hollowedOut(tree, ['act', 'entryRelationship', 'organizer', 'component'].map(named));

  it('has their content among the children of the elements around them', () => {
    expect(names(read, ENTRY).filter((name) => name !== '')).to.deep.equal(['id', 'observation', 'act']);
    expect(child(read, ENTRY, nameId('observation'))).to.equal(named('observation'));
    expect(read.parent[named('observation')]).to.equal(ENTRY);
  });

  it('keeps their attributes with them, and the content of the other elements', () => {
    const act = named('act');
    expect(valueOf(read, attribute(read, act, nameId('moodCode')))).to.equal('EVN');
    expect(names(read, act)).to.deep.equal([]);
    expect(names(read, named('observation'))).to.deep.equal(['code']);
  });

  it('gives places in the original document', () => {
    expect(xpathOf(read, named('code'))).to.equal(
      '/entry/act[1]/entryRelationship/organizer/component/observation/code',
    );
  });

  it('is the tree itself if there are no such elements', () => {
    expect(hollowedOut(tree, [])).to.equal(tree);
  });
});

import { expect } from 'chai';
import { othersWithId } from '../../src/cda/same-id.js';
import { nameId } from '../../src/cda/vocabulary.js';
import { children, isElement, nodeName, type Tree } from '../../src/xml/tree.js';
import { readingOf } from '../reading-of.js';

const ID = nameId('id');

function found(fragment: string, owner: string): string[] {
  const { reading } = readingOf(fragment);
  const { tree } = reading;
  const node = elementNamed(tree, owner);
  return othersWithId(reading, children(tree, node, ID)).map((other) => nodeName(tree, other));
}

function elementNamed(tree: Tree, name: string): number {
  for (let node = 1; node < tree.count; node++) if (isElement(tree, node) && nodeName(tree, node) === name) return node;
  throw new Error(`no ${name}`);
}

describe('othersWithId', () => {
  it('finds the other elements with one of the ids, in document order', () => {
    const document =
      '<section><encounter><id root="1.2" extension="A"/></encounter><act><id root="1.2" extension="B"/></act>' +
      '<observation><id root="1.2" extension="b"/><id root="1.2" extension="B"/><id root="1.2" extension="A"/></observation>' +
      '<procedure><id root="1.2" extension="A"/><id root="1.2" extension="B"/></procedure></section>';
    expect(found(document, 'procedure')).to.deep.equal(['encounter', 'act', 'observation']);
    expect(found(document, 'act')).to.deep.equal(['observation', 'procedure']);
  });

  it('compares roots without letter case, and extensions exactly', () => {
    expect(
      found('<section><act><id root="AB-1"/></act><observation><id root="ab-1"/></observation></section>', 'act'),
    ).to.deep.equal(['observation']);
    expect(
      found(
        '<section><act><id root="1" extension="x"/></act><observation><id root="1" extension="X"/></observation></section>',
        'act',
      ),
    ).to.deep.equal([]);
  });

  it('ignores ids that say nothing', () => {
    expect(
      found(
        '<section><act><id nullFlavor="NI"/></act><observation><id nullFlavor="NI"/></observation></section>',
        'act',
      ),
    ).to.deep.equal([]);
  });

  it('uses the ids that find something', () => {
    const { reading, used } = readingOf(
      '<section><act><id root="1.2" extension="A"/><id root="1.2" extension="B"/></act><observation><id root="1.2" extension="A"/></observation></section>',
    );
    const { tree } = reading;
    othersWithId(reading, children(tree, elementNamed(tree, 'act'), ID));
    expect(used()).to.deep.equal(['act/id/@root', 'act/id/@extension']);
  });
});

import { expect } from 'chai';
import { indexIds, narrativeElements, plainText, referenceOf } from '../../src/cda/narrative.js';
import { nameId } from '../../src/cda/vocabulary.js';
import { child, nodeName, NONE } from '../../src/xml/tree.js';
import { readingOf } from '../reading-of.js';

function plain(xml: string): string {
  const { reading, root } = readingOf(xml);
  return plainText(reading, root);
}

describe('The plain text of narrative', () => {
  it('has white space as a browser shows it', () => {
    expect(plain('<content>\n  high <sub>x</sub>\n  <content> BP </content>\n</content>')).to.equal('high x BP');
    expect(plain('<content>a<content>b</content>c</content>')).to.equal('abc');
    expect(plain('<td>&#160;</td>')).to.equal('');
  });

  it('has a line for each paragraph, item and row, and at each break', () => {
    expect(plain('<text><paragraph>a</paragraph><paragraph>b<br/>c</paragraph></text>')).to.equal('a\nb\nc');
    expect(plain('<list><caption>Do</caption><item>a</item><item>b</item></list>')).to.equal('Do\na\nb');
    expect(plain('<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>')).to.equal('A | B\n1 | 2');
  });

  it('leaves out footnote marks, empty cells, scripts, and text that a revision deleted', () => {
    expect(plain('<tr><td>a</td><td/><td>b<footnoteRef IDREF="f"/></td></tr>')).to.equal('a | b');
    expect(plain('<text>a <script>alert(1)</script>b</text>')).to.equal('a b');
    expect(
      plain('<text>take <content revised="delete">two</content><content revised="insert">one</content></text>'),
    ).to.equal('take one');
  });
});

describe('IDs', () => {
  it('name the first element with that ID, also if it is written as `id`', () => {
    const { reading, root } = readingOf(
      '<text><content ID="a">1</content><paragraph ID="a">2</paragraph><tr id="b"/></text>',
    );
    const ids = indexIds(reading.tree);
    expect([...ids].map(([id, node]) => `${id} ${nodeName(reading.tree, node)}`)).to.deep.equal(['a content', 'b tr']);
    const find = narrativeElements(reading.tree);
    expect(find('a')).to.equal(ids.get('a'));
    expect(find('c')).to.equal(NONE);
    expect(root).to.equal(1);
  });
});

describe('A reference', () => {
  const of = (value: string): { target: string; url?: string } | undefined => {
    const { reading, root } = readingOf(
      `<section ID="s"><title ID="t">T</title><text><content ID="a b">x</content><content ID="c:d">y</content></text>
       <value ID="v"><reference value="${value}"/></value></section>`,
    );
    const found = referenceOf(
      { ...reading, narrativeElement: narrativeElements(reading.tree) },
      child(reading.tree, root, nameId('value')),
    );
    if (found === undefined) return undefined;
    const target = found.target === NONE ? 'none' : plainText(reading, found.target);
    return found.url === undefined ? { target } : { target, url: found.url };
  };

  it('names an element of a section’s text or title, with or without #, percent-encoded or not', () => {
    expect(of('#a b')).to.deep.equal({ target: 'x' });
    expect(of('#a%20b')).to.deep.equal({ target: 'x' });
    expect(of('a b')).to.deep.equal({ target: 'x' });
    expect(of('#t')).to.deep.equal({ target: 'T' });
    expect(of('c:d')).to.deep.equal({ target: 'y' });
  });

  it('never names an entry or a section', () => {
    expect(of('#v')).to.deep.equal({ target: 'none' });
    expect(of('#s')).to.deep.equal({ target: 'none' });
    expect(of('#%E0%A4%A')).to.deep.equal({ target: 'none' });
  });

  it('to an empty element means the cell, item or paragraph around it', () => {
    const targetOf = (narrative: string) => {
      const { reading, root } = readingOf(
        `<section><text>${narrative}</text><entry><text><reference value="#m"/></text></entry></section>`,
      );
      const text = child(reading.tree, child(reading.tree, root, nameId('entry')), nameId('text'));
      return nodeName(reading.tree, referenceOf(reading, text)!.target);
    };
    expect(targetOf('<table><tr><td><content ID="m"/>BMI</td></tr></table>')).to.equal('td');
    expect(targetOf('<list><item><content><content ID="m"> </content></content>BMI</item></list>')).to.equal('item');
    expect(targetOf('<content ID="m"/>BMI')).to.equal('content');
    expect(targetOf('<list><item><table><tr><td ID="m"/></tr></table></item></list>')).to.equal('td');
    // In a cell of its own it marks the row.
    expect(targetOf('<table><tr><td><content ID="m"/></td><td>BMI</td></tr></table>')).to.equal('tr');
  });

  it('may name something outside', () => {
    expect(of('https://example.org/a.pdf')).to.deep.equal({ target: 'none', url: 'https://example.org/a.pdf' });
    expect(of(' ')).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { defaultLimits } from '../../src/xml/limits.js';
import { parseXml } from '../../src/xml/parse.js';
import { attribute, BLANK, child, children, ENCODED, nodeName, stringValue, TEXT } from '../../src/xml/tree.js';
import { names, outline, parse, sample } from './document.js';

describe('parseXml', () => {
  it('makes a tree of elements, attributes and texts, with their values', () => {
    expect(outline(parse(sample))).to.deep.equal([
      'ClinicalDocument',
      {},
      '\n  ',
      ['id', { root: '1.2.3', extension: 'a"b' }],
      '\n  ',
      ['title', { '{http://www.w3.org/XML/1998/namespace}lang': 'en' }, 'Visit & <plan> of Børge 🙂'],
      '\n  ',
      ['sdtc:raceCode', { code: '2106-3' }],
      '\n  ',
      ['value', { 'xsi:type': 'PQ', value: '5', unit: 'mg/\nmL' }],
      '\n  ',
      ['text', {}, ['list', {}, ['item', { ID: 'a' }, 'one'], ', ', ['item', {}, 'two ] ]]>']]],
      '\n  ',
      ['{urn:example:x}note', { '{urn:example:x}kind': 'é' }, ['{}inner', {}]],
      '\n',
    ]);
  });

  it('takes no white space around the value of an attribute unless its schema type is a string', () => {
    const tree = parse(
      '<code code=" 8480-6\n" codeSystem="1.2 " displayName=" two  words" extension=" a" root="\t" unit=""/>',
    );
    expect(outline(tree)).to.deep.equal([
      '{}code',
      { code: '8480-6', codeSystem: '1.2', displayName: ' two  words', extension: ' a', root: '', unit: '' },
    ]);
  });

  it('numbers nodes in document order: an element, its attributes, its children', () => {
    const tree = parse('<a b="1" c="2">t<d e="3"/><f/></a>');
    expect(Array.from({ length: tree.count }, (_, n) => nodeName(tree, n))).to.deep.equal([
      '',
      '{}a',
      'b',
      'c',
      '',
      '{}d',
      'e',
      '{}f',
    ]);
    expect([...tree.parent]).to.deep.equal([-1, 0, 1, 1, 1, 1, 5, 1]);
    expect([...tree.last]).to.deep.equal([7, 7, 2, 3, 4, 6, 6, 7]);
  });

  it('knows where each node begins and ends', () => {
    const source = '<!-- c --><a b = "1"  >t<d/></a >\n';
    const tree = parse(source);
    const written = Array.from({ length: tree.count }, (_, n) => source.slice(tree.start[n], tree.end[n]));
    expect(written).to.deep.equal([source, '<a b = "1"  >t<d/></a >', '1', 't', '<d/>']);
  });

  it('makes one text from parts that comments, CDATA sections and processing instructions divide', () => {
    const source = '<a><!-- c -->one<!-- c --><![CDATA[ & ]]><?p?>two<!-- c --><b/>three<![CDATA[]]></a>';
    const tree = parse(source);
    expect(outline(tree)).to.deep.equal(['{}a', {}, 'one & two', ['{}b', {}], 'three']);
    expect(source.slice(tree.start[2], tree.end[2])).to.equal('one<!-- c --><![CDATA[ & ]]><?p?>two');
    expect(source.slice(tree.start[4], tree.end[4])).to.equal('three');
  });

  it('makes no text from an empty CDATA section', () => {
    expect(outline(parse('<a><![CDATA[]]><!-- c --></a>'))).to.deep.equal(['{}a', {}]);
  });

  it('marks a text as encoded only if its characters are not its value', () => {
    const kind = (text: string): number => parse(`<a>${text}</a>`).kind[2]!;
    expect(kind('x')).to.equal(TEXT);
    expect(kind('x<!-- c -->')).to.equal(TEXT);
    expect(kind('<!-- c -->x')).to.equal(TEXT);
    expect(kind('x<!-- c -->y')).to.equal(TEXT | ENCODED);
    expect(kind('<![CDATA[x]]>')).to.equal(TEXT | ENCODED);
    expect(kind('&amp;')).to.equal(TEXT | ENCODED);
    expect(kind('x\r\ny')).to.equal(TEXT | ENCODED);
    expect(kind('x]é\uFFFD')).to.equal(TEXT);
  });

  it('marks a text as blank if its value is only white space', () => {
    const blank = (text: string): boolean => (parse(`<a>${text}</a>`).kind[2]! & BLANK) !== 0;
    for (const text of [' ', '\n\t', '\r\n', '&#32;&#x9;', '<![CDATA[ \n]]>', ' <!-- c --> ']) {
      expect(blank(text), JSON.stringify(text)).to.equal(true);
    }
    for (const text of [
      'x',
      ' x',
      ' <![CDATA[ x]]>',
      '&#160;',
      '\u00A0',
      ' &amp; ',
      '\u{1F642}',
      ']',
      ' <!-- c -->x',
    ]) {
      expect(blank(text), JSON.stringify(text)).to.equal(false);
    }
  });

  it('marks an attribute as encoded only if its characters are not its value', () => {
    const kind = (value: string): number => parse(`<a b="${value}"/>`).kind[2]! & ENCODED;
    for (const value of ['', 'x', "x'y", 'é\u{1F642}']) expect(kind(value)).to.equal(0);
    for (const value of ['&amp;', 'x\ny', 'x\ty', 'x\ry', "'&#65;"]) expect(kind(value)).to.equal(ENCODED);
  });

  it('gives access to its tree through the functions of tree.ts', () => {
    const tree = parse(
      '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1"/><title>a<b>b</b></title><id root="2"/></ClinicalDocument>',
    );
    const id = names.byName.get('id')!;
    expect(children(tree, 1, id)).to.have.length(2);
    expect(tree.source.slice(tree.start[attribute(tree, child(tree, 1, id), names.byName.get('root')!)])[0]).to.equal(
      '1',
    );
    expect(stringValue(tree, 1)).to.equal('ab');
  });

  it('accepts rare but valid XML', () => {
    for (const source of [
      '<a\n/>',
      '<a></a\t>',
      "<a b='\"'/>",
      '<a b="]]>" c=">"/>',
      '<a><!----></a>',
      '<a><?p ??></a>',
      '<é·ÀÖ\u{10000} \u{EFFFF}="1"/>',
      '<_:a xmlns:_="u"/>',
      '<a>]]&gt;]]</a>',
      '<?xml version = \'1.7\'  standalone="no" ?><a/>',
      '\n\n<?xml-foo?> <a/> <?b ?>',
      '<a>&#x10FFFF;&#0000000000000000000065;</a>',
      '<a>\uD7FF\uE000\uFFFD\x7F\x85</a>',
    ]) {
      expect(() => parse(source), source).not.to.throw();
    }
  });

  it('uses the shared vocabulary if a document has no other names', () => {
    expect(parse('<id xmlns="urn:hl7-org:v3" root="1"/>').names).to.equal(names);
  });

  it('numbers other names after the vocabulary, only for this document', () => {
    const tree = parse('<id xmlns="urn:hl7-org:v3" odd="1"><strange odd="2"/></id>');
    expect(tree.names.list.slice(names.list.length)).to.deep.equal(['odd', 'strange']);
    expect(tree.names.byName.get('strange')).to.equal(names.list.length + 1);
    expect(names.byName.has('strange')).to.equal(false);
  });

  it('gives no issue for a proper document', () => {
    expect(parseXml(sample, names, defaultLimits).issues).to.deep.equal([]);
  });
});

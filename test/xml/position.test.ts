import { expect } from 'chai';
import { lineColumn, positionOf, xpathOf } from '../../src/xml/position.js';
import { parse, sample } from './document.js';

const source = `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc">\r
  <id root="1"/>\r
  <id\textension = "&quot;a = b"\r
      root="2"/>\r
  <title>\r
    <!-- c --><![CDATA[\r
 Visit]]> note</title>\r
  <sdtc:raceCode/>
</ClinicalDocument>`;

describe('positionOf', () => {
  const tree = parse(source);
  const places = Array.from({ length: tree.count }, (_, n) => {
    const { line, column } = positionOf(tree, n);
    return `${line}:${column} ${xpathOf(tree, n)}`;
  });

  it('is the "<" of an element, the name of an attribute, the first visible character of a text', () => {
    expect(places).to.deep.equal([
      '1:1 /',
      '1:1 /ClinicalDocument',
      '1:72 /ClinicalDocument/text()[1]',
      '2:3 /ClinicalDocument/id[1]',
      '2:7 /ClinicalDocument/id[1]/@root',
      '2:17 /ClinicalDocument/text()[2]',
      '3:3 /ClinicalDocument/id[2]',
      '3:7 /ClinicalDocument/id[2]/@extension',
      '4:7 /ClinicalDocument/id[2]/@root',
      '4:17 /ClinicalDocument/text()[3]',
      '5:3 /ClinicalDocument/title',
      '7:2 /ClinicalDocument/title/text()',
      '7:23 /ClinicalDocument/text()[4]',
      '8:3 /ClinicalDocument/sdtc:raceCode',
      '8:19 /ClinicalDocument/text()[5]',
    ]);
  });

  it('agrees with lineColumn', () => {
    expect(lineColumn(tree, source.indexOf('Visit'))).to.deep.equal({ line: 7, column: 2 });
    expect(lineColumn(tree, source.length)).to.deep.equal({ line: 9, column: 20 });
  });
});

describe('xpathOf', () => {
  it('writes names of other namespaces so that any XPath 1.0 engine finds them', () => {
    const tree = parse('<a xmlns:x="urn:x" xml:lang="en"><x:b/><x:b x:c="1"/></a>');
    expect([1, 2, 4, 5].map((node) => xpathOf(tree, node))).to.deep.equal([
      "/*[namespace-uri()='' and local-name()='a']",
      "/*[namespace-uri()='' and local-name()='a']/@xml:lang",
      "/*[namespace-uri()='' and local-name()='a']/*[namespace-uri()='urn:x' and local-name()='b'][2]",
      "/*[namespace-uri()='' and local-name()='a']/*[namespace-uri()='urn:x' and local-name()='b'][2]" +
        "/@*[namespace-uri()='urn:x' and local-name()='c']",
    ]);
  });

  it('is different for every node', () => {
    const tree = parse(sample);
    const paths = new Set(Array.from({ length: tree.count }, (_, n) => xpathOf(tree, n)));
    expect(paths.size).to.equal(tree.count);
  });

  it('is quick for each of very many siblings', () => {
    const tree = parse(`<id xmlns="urn:hl7-org:v3">${'<title/>'.repeat(200_000)}</id>`);
    for (let n = 2; n < tree.count; n++) xpathOf(tree, n);
    expect(xpathOf(tree, tree.count - 1)).to.equal('/id/title[200000]');
  });
});

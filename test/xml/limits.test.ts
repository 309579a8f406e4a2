import { expect } from 'chai';
import { readDocument } from '../../src/xml/read.js';
import { defaultLimits } from '../../src/xml/limits.js';
import { documentError, names, parse, refusal } from './document.js';

const many = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join('');

describe('limits', () => {
  it('are exact, and refuse one node more', () => {
    const within = '<a b="123" c=""><d>text</d></a>';
    const limits = { depth: 2, attributes: 2, attributeLength: 3, textLength: 4, nameLength: 1, nodes: 6 };
    expect(() => parse(within, limits)).not.to.throw();
    expect(refusal(within, { ...limits, depth: 1 })).to.equal('1:17 elements are nested more than 1 deep');
    expect(refusal(within, { ...limits, attributes: 1 })).to.equal('1:12 an element has more than 1 attributes');
    expect(refusal(within, { ...limits, attributeLength: 2 })).to.equal('1:7 an attribute is longer than 2 characters');
    expect(refusal(within, { ...limits, textLength: 3 })).to.equal('1:20 a text is longer than 3 characters');
    expect(refusal(within, { ...limits, nodes: 5 })).to.equal(
      '1:20 the document has more than 5 elements, attributes and texts',
    );
    expect(refusal('<ab/>', limits)).to.equal('1:2 a name is longer than 1 characters');
    expect(documentError(() => parse(within, { nodes: 5 })).code).to.equal('too-costly');
  });

  it('apply to bytes before anything is decoded', () => {
    const bytes = new Uint8Array(11).fill(0xff);
    const error = documentError(() => readDocument(bytes, names, { ...defaultLimits, bytes: 10 }));
    expect([error.code, error.message]).to.deep.equal(['too-costly', 'the document is larger than 10 bytes']);
  });

  it('apply to namespace names, which count with every name', () => {
    expect(refusal(`<a xmlns="${'u'.repeat(501)}"/>`)).to.equal('1:4 a name is longer than 500 characters');
  });

  it('stop names at the 65,535 that have a number', () => {
    const source = `<a>${many(70_000, (i) => `<e${i}/>`)}</a>`;
    const error = documentError(() => parse(source));
    expect([error.code, error.message]).to.deep.equal([
      'too-costly',
      'the document has more than 65535 different names',
    ]);
  });
});

describe('hostile input', () => {
  it('with a million attributes in one tag is refused at once', () => {
    const source = `<a ${many(1_000_000, (i) => `a${i % 60_000}="" `)}/>`;
    expect(documentError(() => parse(source)).code).to.equal('too-costly');
  });

  it('with a million attributes costs no more than their number, even where the limits let it through', () => {
    const attributes = { attributes: 2_000_000 };
    expect(parse(`<a ${many(60_000, (i) => `a${i}="" `)}/>`, attributes).count).to.equal(60_002);
    expect(parse(`<a ${many(200_000, (i) => `xmlns:a${i}="u" `)}/>`, attributes).count).to.equal(2);
    expect(refusal(`<a ${many(1_000_000, (i) => `a${i % 60_000}="" `)}/>`, attributes)).to.contain('given twice');
  });

  it('that nests 100,000 elements is refused, and read where the limits allow it', () => {
    const source = '<a>'.repeat(100_000) + '</a>'.repeat(100_000);
    expect(refusal(source)).to.equal(`1:${256 * 3 + 1} elements are nested more than 256 deep`);
    expect(parse(source, { depth: 100_000 }).last[1]).to.equal(100_000);
  });

  it('that defines entities within entities is refused for its DOCTYPE', () => {
    const entities = many(10, (i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`);
    expect(documentError(() => parse(`<!DOCTYPE a [<!ENTITY e0 "x">${entities}]><a>&e10;</a>`)).code).to.equal(
      'not-supported',
    );
  });

  it('that changes a namespace on each element, or picks names that fall into one slot, is read all the same', () => {
    expect(parse(`<a>${many(50_000, (i) => `<p:x xmlns:p="u${i % 3}"><p:x/></p:x>`)}</a>`).count).to.equal(100_002);
    expect(parse(`<a>${many(100_000, (i) => `<x${String(i % 999).padStart(3, '0')}y/>`)}</a>`).count).to.equal(100_002);
  });

  it('with only opening characters is refused in one pass', () => {
    for (const opening of [
      '<',
      '<a',
      '<a ',
      '&',
      ']]',
      '<!--',
      '<![CDATA[',
      '<?p ',
      '<a b="',
      '&#',
      "<a b='&lt;",
      '<a><!---->',
    ]) {
      expect(() => parse(opening.repeat(100_000)), opening).to.throw();
      expect(() => parse(`<r>${opening.repeat(100_000)}`), opening).to.throw();
    }
  });
});

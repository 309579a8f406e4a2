import { expect } from 'chai';
import { nameId } from '../../../src/cda/vocabulary.js';
import { isPlainText, toAttachment } from '../../../src/fhir/types/attachment.js';
import { toUri } from '../../../src/fhir/types/uri.js';
import { child } from '../../../src/xml/tree.js';
import { readingOf } from '../../reading-of.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function attachment(attributes: string, content: string): unknown {
  const { reading, root } = readingOf(`<text ${attributes}>${content}</text>`);
  return toAttachment(reading, root);
}

describe('An Attachment', () => {
  it('has base64 as it is, without its white space (guidance-67, -68, -70)', () => {
    const { reading, root, mapped, used } = readingOf(
      '<text mediaType="application/pdf" representation="B64" language="en-US">\n  JVBE\n  Rg==\n</text>',
    );
    expect(toAttachment(reading, root)).to.deep.equal({
      contentType: 'application/pdf',
      language: 'en-US',
      data: 'JVBERg==',
    });
    expect(mapped()).to.deep.equal({ '@mediaType': 'contentType', '@language': 'language', 'text()': 'data' });
    expect(used()).to.deep.equal(['@representation']);
  });

  it('encodes what is not base64 (guidance-69), as text/plain where the ED names nothing else', () => {
    expect(attachment('', ' Rest &amp; drink ü ')).to.deep.equal({
      contentType: 'text/plain',
      data: base64('Rest & drink ü'),
    });
    expect(attachment('mediaType="text/rtf"', '{\\rtf1}')).to.deep.equal({
      contentType: 'text/rtf',
      data: base64('{\\rtf1}'),
    });
  });

  it('refuses what says that it is base64 and is not', () => {
    const { reading, root, warnings, mapped } = readingOf('<text representation="B64">Rest.</text>');
    expect(toAttachment(reading, root)).to.equal(undefined);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['invalid-base64']);
    expect(mapped()).to.deep.equal({});
  });

  it('takes a PDF for base64 although its sender forgot to say so', () => {
    expect(attachment('mediaType="application/pdf"', 'JVBERg==')).to.deep.equal({
      contentType: 'application/pdf',
      data: 'JVBERg==',
    });
  });

  it('has the text of the narrative that it refers to (guidance-71)', () => {
    const { reading, root, mapped } = readingOf(
      '<section><text><paragraph ID="p">Walk <content>daily</content></paragraph></text><value><reference value="#p"/></value></section>',
    );
    expect(toAttachment(reading, child(reading.tree, root, nameId('value')))).to.deep.equal({
      contentType: 'text/plain',
      data: base64('Walk daily'),
    });
    expect(mapped()).to.deep.equal({ 'value/reference/@value': 'data' });
  });

  it('has narrative with more than paragraphs as XHTML, and so the text of a section (notes-08)', () => {
    const { reading, root } = readingOf(
      '<section><text><list ID="l"><item>Walk</item></list></text><value><reference value="#l"/></value></section>',
    );
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><ul><li>Walk</li></ul></div>';
    expect(toAttachment(reading, child(reading.tree, root, nameId('value')))).to.deep.equal({
      contentType: 'application/xhtml+xml',
      data: base64(div),
    });
    expect(toAttachment(reading, child(reading.tree, root, nameId('text')))).to.deep.equal({
      contentType: 'application/xhtml+xml',
      data: base64(div.replace('<ul>', '<ul id="l">')),
    });
  });

  it('has the address of what lies elsewhere', () => {
    expect(attachment('mediaType="application/pdf"', '<reference value="https://example.org/a.pdf"/>')).to.deep.equal({
      contentType: 'application/pdf',
      url: 'https://example.org/a.pdf',
    });
    expect(attachment('', '<reference value="a.pdf"/>')).to.equal(undefined);
  });

  it('has a SHA-1 as its hash, and no hash of another kind', () => {
    const sha = 'L9ThxnotKPzthJ7hu3bnORuT6xI=';
    expect(attachment(`integrityCheck="${sha}"`, 'x')).to.have.property('hash', sha);
    expect(attachment(`integrityCheck="${sha}" integrityCheckAlgorithm="SHA-256"`, 'x')).to.not.have.property('hash');
  });

  it('leaves compression and thumbnail to the ledger (guidance-64, -72)', () => {
    const { reading, root, mapped } = readingOf('<text compression="GZ">x<thumbnail>y</thumbnail></text>');
    expect(toAttachment(reading, root)).to.deep.equal({ contentType: 'text/plain', data: base64('x') });
    expect(mapped()).to.deep.equal({ 'text()': 'data' });
  });

  it('is none where there is nothing (guidance-63)', () => {
    expect(attachment('nullFlavor="UNK"', '')).to.equal(undefined);
  });

  it('tells plain text from all else', () => {
    const isPlain = (attributes: string): boolean => {
      const { reading, root } = readingOf(`<text ${attributes}/>`);
      return isPlainText(reading, root);
    };
    expect(
      ['', 'mediaType="text/plain"', 'mediaType="text/html"', 'mediaType="application/pdf"'].map(isPlain),
    ).to.deep.equal([true, true, false, false]);
  });
});

describe('A uri', () => {
  const uri = (xml: string): unknown => {
    const { reading, root } = readingOf(xml);
    return toUri(reading, root);
  };

  it('is the value of a TEL or of the reference of an ED', () => {
    expect(uri('<telecom value="https://example.org/x"/>')).to.deep.equal({ value: 'https://example.org/x' });
    expect(uri('<text><reference value="cid:7"/></text>')).to.deep.equal({ value: 'cid:7' });
  });

  it('is none where it would not be valid, or points into this document', () => {
    expect(uri('<telecom value="tel:1 2"/>')).to.equal(undefined);
    expect(uri('<text><reference value="#a"/></text>')).to.equal(undefined);
  });
});

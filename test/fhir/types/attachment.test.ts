import { deflateRawSync, gzipSync } from 'node:zlib';
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

  it('encodes content that is not base64 (guidance-69), as text/plain if the ED names no type', () => {
    expect(attachment('', ' Rest &amp; drink ü ')).to.deep.equal({
      contentType: 'text/plain',
      data: base64('Rest & drink ü'),
    });
    expect(attachment('mediaType="text/rtf"', '{\\rtf1}')).to.deep.equal({
      contentType: 'text/rtf',
      data: base64('{\\rtf1}'),
    });
  });

  it('refuses content that claims to be base64 and is not', () => {
    const { reading, root, warnings, mapped } = readingOf('<text representation="B64">Rest.</text>');
    expect(toAttachment(reading, root)).to.equal(undefined);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['invalid-base64']);
    expect(mapped()).to.deep.equal({});
  });

  it('recognizes a PDF in base64 even if the sender did not mark it', () => {
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

  it('has the address of content that is elsewhere', () => {
    expect(attachment('mediaType="application/pdf"', '<reference value="https://example.org/a.pdf"/>')).to.deep.equal({
      contentType: 'application/pdf',
      url: 'https://example.org/a.pdf',
    });
  });

  it('has the name of a file beside the document as its address and title', () => {
    expect(attachment('mediaType="image/tiff"', '<reference value="scan.tif"/>')).to.deep.equal({
      contentType: 'image/tiff',
      url: 'scan.tif',
      title: 'scan.tif',
    });
    expect(attachment('', '<reference value="images/My scan.pdf"/>')).to.deep.equal({
      url: 'images/My%20scan.pdf',
      title: 'My scan.pdf',
    });
    expect(attachment('mediaType="application/pdf"', '<reference value="0012"/>')).to.have.property('url', '0012');
  });

  it('is absent for a reference to a missing ID', () => {
    for (const value of ['#a.pdf', 'note1']) {
      const { reading, root, warnings } = readingOf(`<text><reference value="${value}"/></text>`);
      expect(toAttachment(reading, root)).to.equal(undefined);
      expect(warnings.map(({ code }) => code)).to.deep.equal(['dangling-reference']);
    }
  });

  it('is inflated if it was compressed, and then has no hash, because the hash was that of the compressed bytes', () => {
    const { reading, root, used } = readingOf(
      `<text mediaType="text/plain" representation="B64" compression="DF" integrityCheck="L9ThxnotKPzthJ7hu3bnORuT6xI=">${deflateRawSync('Rest.').toString('base64')}</text>`,
    );
    expect(toAttachment(reading, root)).to.deep.equal({ contentType: 'text/plain', data: base64('Rest.') });
    expect(used()).to.have.members(['@representation', '@compression']);
    const unmarked = `<text compression="GZ">${gzipSync('%PDF-1.4').toString('base64')}</text>`;
    const other = readingOf(unmarked);
    expect(toAttachment(other.reading, other.root)).to.deep.equal({
      contentType: 'application/pdf',
      data: base64('%PDF-1.4'),
    });
  });

  it('has the type of a compressed file if it cannot be inflated, with the stated type beside it', () => {
    const broken = gzipSync('Rest.').subarray(0, 12).toString('base64');
    const { reading, root, warnings } = readingOf(
      `<text mediaType="application/pdf" representation="B64" compression="GZ">${broken}</text>`,
    );
    expect(toAttachment(reading, root)).to.deep.equal({
      data: broken,
      contentType: 'application/gzip',
      _contentType: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: 'application/pdf' }],
      },
    });
    expect(warnings.map(({ code }) => code)).to.deep.equal(['unreadable-file']);
  });

  it('has the media type of its bytes if another one is stated, with the stated one beside it', () => {
    const { reading, root, warnings, mapped } = readingOf(
      `<text mediaType="text/plain" representation="B64">${base64('%PDF-1.4')}</text>`,
    );
    expect(toAttachment(reading, root)).to.deep.equal({
      data: base64('%PDF-1.4'),
      contentType: 'application/pdf',
      _contentType: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: 'text/plain' }],
      },
    });
    expect(warnings.map(({ code }) => code)).to.deep.equal(['mistyped-file']);
    expect(mapped()).to.deep.equal({ '@mediaType': 'contentType', 'text()': 'data' });
    expect(attachment('mediaType="application/pdf"', 'scanned!')).to.include({
      data: base64('scanned!'),
      contentType: 'text/plain',
    });
    expect(attachment('representation="B64"', base64('{\\rtf1 Rest}'))).to.include({ contentType: 'application/rtf' });
  });

  it('has a SHA-1 as its hash, and no hash of another kind', () => {
    const sha = 'L9ThxnotKPzthJ7hu3bnORuT6xI=';
    expect(attachment(`integrityCheck="${sha}"`, 'x')).to.have.property('hash', sha);
    expect(attachment(`integrityCheck="${sha}" integrityCheckAlgorithm="SHA-256"`, 'x')).to.not.have.property('hash');
  });

  it('leaves a thumbnail to the ledger (guidance-72)', () => {
    const { reading, root, mapped } = readingOf('<text>x<thumbnail>y</thumbnail></text>');
    expect(toAttachment(reading, root)).to.deep.equal({ contentType: 'text/plain', data: base64('x') });
    expect(mapped()).to.deep.equal({ 'text()': 'data' });
  });

  it('is absent if there is no content (guidance-63)', () => {
    expect(attachment('nullFlavor="UNK"', '')).to.equal(undefined);
  });

  it('distinguishes plain text from everything else', () => {
    const isPlain = (attributes: string): boolean => {
      const { reading, root } = readingOf(`<text ${attributes}/>`);
      return isPlainText(reading, root);
    };
    expect(
      ['', 'mediaType="text/plain"', 'mediaType="text/html"', 'mediaType="application/pdf"'].map(isPlain),
    ).to.deep.equal([true, true, false, false]);
    const ofContent = (attributes: string, content: string): boolean => {
      const { reading, root } = readingOf(`<text ${attributes}>${content}</text>`);
      return isPlainText(reading, root);
    };
    expect(ofContent('', '{\\rtf1 Rest}')).to.equal(false);
    expect(ofContent('representation="B64"', base64('%PDF-1.4'))).to.equal(false);
    expect(ofContent('representation="B64"', base64('Rest.'))).to.equal(true);
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

  it('is absent if it would not be valid, or refers into this document', () => {
    expect(uri('<telecom value="tel:1 2"/>')).to.equal(undefined);
    expect(uri('<text><reference value="#a"/></text>')).to.equal(undefined);
  });
});

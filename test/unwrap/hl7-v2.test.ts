import { expect } from 'chai';
import { documentOf, mdmOf } from './make.js';
import { documentsIn, idsIn, partsOf, told } from './parts.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('HL7 v2', () => {
  it('gives the encapsulated document, with the identifiers of the message', async () => {
    const [document] = await documentsIn(mdmOf([['ED', `^TEXT^XML^Base64^${base64(documentOf('a'))}`]]));
    expect(Buffer.from(document!.bytes).toString()).to.equal(documentOf('a'));
    expect(document!.facts).to.deep.equal({ messageControl: 'MSG00042', sentBy: 'LINDEN', uniqueId: 'DOC-88' });
  });

  it('reads delimiters from MSH, and not only the usual ones', async () => {
    const message = mdmOf([['ED', `^TEXT^XML^Base64^${base64(documentOf('a'))}`]])
      .replaceAll('|', '#')
      .replaceAll('^', '@');
    expect(await idsIn(message)).to.deep.equal(['a']);
  });

  it('removes escapes and line breaks from base64', async () => {
    const data = base64(documentOf('a'))
      .replace(/(.{40})/g, '$1\\.br\\')
      .replace(/(.{90})/, '$1\n')
      .replace(/(.{130})/, '$1\\X0D\\\\X0A\\');
    expect(await idsIn(mdmOf([['ED', `^TEXT^XML^Base64^${data}`]]))).to.deep.equal(['a']);
  });

  it('reads a document that is escaped text', async () => {
    const text = documentOf('a&b^c|d').replace(
      /[\\|^&~]/g,
      (sign) => `\\${{ '\\': 'E', '|': 'F', '^': 'S', '&': 'T', '~': 'R' }[sign]!}\\`,
    );
    for (const value of [
      ['TX', text],
      ['ED', `^TEXT^XML^A^${text}`],
    ] as const) {
      expect(await idsIn(mdmOf([value]))).to.deep.equal(['a&b^c|d']);
    }
  });

  it('keeps the bytes of text in their own encoding', async () => {
    const bytes = Buffer.from(mdmOf([['TX', documentOf('Ä').replaceAll('"', "'")]]), 'utf8');
    const [document] = await documentsIn(bytes);
    expect(Buffer.from(document!.bytes).toString('utf8')).to.include('Ä');
  });

  it('gives the documents of a batch, however its messages are framed', async () => {
    const one = (id: string): string => mdmOf([['ED', `^TEXT^XML^Base64^${base64(documentOf(id))}`]], id);
    const batch = `FHS|^~\\&|EHR\rBHS|^~\\&|EHR\r${one('a')}\x0b${one('b')}\x1c\r${one('c').replaceAll('\r', '\r\n')}BTS|3\rFTS|1\r`;
    const documents = await documentsIn(batch);
    expect(documents.map(({ facts }) => facts.messageControl)).to.deep.equal(['a', 'b', 'c']);
    expect(told(documents)[2]).to.equal('document: hl7-v2 message 3, OBX 1');
  });

  it('reports messages without a document and pointers, and gives the other documents', async () => {
    const batch = [
      mdmOf([['NM', '5']]),
      mdmOf([['RP', 'http://ehr/doc/1']]),
      mdmOf([['ED', '^application^pdf^Base64^JVBERi0xLjc=']]),
      mdmOf([['ED', '^TEXT^XML^Base64^###']]),
      mdmOf([['ED', `^TEXT^XML^Base64^${base64(documentOf('last'))}`]]),
    ].join('');
    expect(told(await partsOf(batch))).to.deep.equal([
      'not-supported: hl7-v2 message 1: none of its OBX segments holds a document',
      'not-supported: hl7-v2 message 2, OBX 1: the document is not in the message, only a pointer to it',
      'not-supported: hl7-v2 message 3, OBX 1: it is a PDF file, no CDA',
      'structure: hl7-v2 message 4, OBX 1: the encapsulated data is not base64',
      'document: hl7-v2 message 5, OBX 1',
    ]);
  });
});

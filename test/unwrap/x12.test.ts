import { expect } from 'chai';
import { documentOf, x12Of } from './make.js';
import { documentsIn, idsIn, partsOf, told } from './parts.js';

const base64 = (text: string): Buffer => Buffer.from(Buffer.from(text).toString('base64'));

describe('X12 275', () => {
  it('gives the document of a BDS segment, with the identifiers of the transaction', async () => {
    const [document] = await documentsIn(x12Of([{ filter: 'B64', data: base64(documentOf('a')) }]));
    expect(Buffer.from(document!.bytes).toString()).to.equal(documentOf('a'));
    expect(document!.facts).to.deep.equal({
      messageControl: '000000031',
      sentBy: 'LINDEN HEALTH',
      traceNumber: 'CLAIM-7741',
    });
    expect(document!.steps).to.deep.equal([{ kind: 'x12-275', place: 'transaction 1, BDS 1' }]);
  });

  it('counts bytes, so that terminators and separators in the data are data', async () => {
    const data = Buffer.from(documentOf('a~b|c', '<!-- ~|~ÄSE|9|0001~ -->'));
    expect(await idsIn(x12Of([{ filter: 'ASC', data }]))).to.deep.equal(['a~b|c']);
  });

  it('opens the MIME package in the data', async () => {
    const mime =
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: application/xml; name="cda.xml"\r\n' +
      `Content-Transfer-Encoding: base64\r\n\r\n${base64(documentOf('m')).toString()}\r\n--b1--\r\n`;
    const parts = await partsOf(x12Of([{ filter: 'B64', data: base64(mime) }]));
    expect(told(parts)).to.deep.equal(['document: x12-275 transaction 1, BDS 1 > mime part 1']);
  });

  it('gives each of several attachments, and goes on after a broken one', async () => {
    const interchange = x12Of([
      { filter: 'B64', data: base64(documentOf('a')) },
      { filter: 'B64', data: Buffer.from('not*base64') },
      { filter: 'B64', data: base64('%PDF-1.7') },
      { filter: 'B64', data: base64(documentOf('d')) },
    ]);
    expect(told(await partsOf(interchange))).to.deep.equal([
      'document: x12-275 transaction 1, BDS 1',
      'structure: x12-275 transaction 1, BDS 2: the data of the BDS segment is not base64',
      'not-supported: x12-275 transaction 1, BDS 3: it is a PDF file, no CDA',
      'document: x12-275 transaction 1, BDS 4',
    ]);
  });

  it('reads BIN segments of older versions', async () => {
    const data = Buffer.from(documentOf('bin'));
    const text = x12Of([]).toString().replace('SE|', `BIN|${data.length}|${data.toString()}~SE|`);
    expect(await idsIn(text)).to.deep.equal(['bin']);
  });

  it('reports where a segment is cut off or has a wrong length', async () => {
    const whole = x12Of([{ filter: 'B64', data: base64(documentOf('a')) }]);
    const cut = whole.subarray(0, whole.indexOf('BDS') + 60);
    expect(told(await partsOf(cut)).at(-1)).to.match(
      /^structure: x12-275 segment 10: the BDS segment has fewer bytes than it says$/,
    );
    const short = x12Of([{ filter: 'B64', data: base64(documentOf('a')), length: 8 }]);
    expect(told(await partsOf(short)).at(-1)).to.match(/does not end where its length says$/);
    expect(told(await partsOf('ISA*00*cut off'))).to.deep.equal([
      'structure: x12-275 segment 1: the ISA segment is cut off',
    ]);
  });

  it('reports that another transaction carries no documents', async () => {
    expect(told(await partsOf(x12Of([], '837')))).to.deep.equal([
      'not-supported: x12-275 transaction 1: an X12 837 carries no documents',
    ]);
  });
});

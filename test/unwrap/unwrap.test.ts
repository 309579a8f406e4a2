import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { isEnvelope } from '../../src/unwrap/kind.js';
import { documentOf, mdmOf, x12Of, zipOf } from './make.js';
import { documentsIn, idsIn, partsOf, problemsIn, told } from './parts.js';

describe('unwrap', () => {
  it('gives a bare document unchanged', async () => {
    const [document] = await documentsIn(documentOf('a'), { name: 'a.xml' });
    expect(document!.steps).to.deep.equal([]);
    expect(document!.name).to.equal('a.xml');
    expect(isEnvelope(Buffer.from(documentOf('a')))).to.equal(false);
  });

  it('leaves bare bytes of another kind to the converter, which reports them', async () => {
    expect(told(await partsOf('%PDF-1.7 …'))).to.deep.equal(['document: ']);
  });

  it('does not take a document in UTF-16 for an envelope', () => {
    expect(isEnvelope(Buffer.from(`\ufeff${documentOf('a')}`, 'utf16le'))).to.equal(false);
  });

  it('opens a gzip file', async () => {
    expect(await idsIn(gzipSync(documentOf('g')))).to.deep.equal(['g']);
  });

  it('opens base64', async () => {
    expect(await idsIn(Buffer.from(documentOf('b')).toString('base64'))).to.deep.equal(['b']);
  });

  it('opens envelopes in envelopes, and gives the way through them', async () => {
    const message = mdmOf([['ED', `^TEXT^XML^Base64^${Buffer.from(documentOf('deep')).toString('base64')}`]]);
    const archive = zipOf([{ name: 'feed/1.hl7.gz', data: gzipSync(message) }]);
    expect(told(await partsOf(archive))).to.deep.equal([
      'document: zip feed/1.hl7.gz > gzip > hl7-v2 message 1, OBX 1',
    ]);
  });

  it('keeps the identifiers of the outer envelope unless the inner one has better ones', async () => {
    const message = mdmOf([['ED', `^TEXT^XML^Base64^${Buffer.from(documentOf('x')).toString('base64')}`]], 'INNER');
    const [document] = await documentsIn(
      x12Of([{ filter: 'B64', data: Buffer.from(Buffer.from(message).toString('base64')) }]),
    );
    expect(document!.facts).to.deep.equal({
      messageControl: 'INNER',
      sentBy: 'LINDEN',
      traceNumber: 'CLAIM-7741',
      uniqueId: 'DOC-88',
    });
  });

  it('stops at a maximum depth', async () => {
    let nested: Buffer = Buffer.from(documentOf('bottom'));
    for (let level = 0; level < 10; level++) nested = gzipSync(nested);
    const [problem] = await problemsIn(nested);
    expect(problem!.code).to.equal('too-costly');
    expect(problem!.text).to.match(/more than 6 envelopes/);
  });

  it('limits the bytes of all envelopes together', async () => {
    const archive = zipOf(
      Array.from({ length: 5 }, (_, index) => ({ name: `${index}.xml`, data: documentOf('a', ' '.repeat(1000)) })),
    );
    const parts = await partsOf(archive, { limits: { depth: 5, files: 100, bytes: 3000 } });
    expect(parts.map(({ kind }) => kind)).to.deep.equal(['document', 'document', 'problem']);
    expect(told(parts).at(-1)).to.match(/^too-costly: .*more than 3000 bytes/);
  });

  it('refuses a gzip bomb before it is inflated', async () => {
    const [problem] = await problemsIn(gzipSync(Buffer.alloc(50_000_000)), {
      limits: { depth: 5, files: 10, bytes: 1_000_000 },
    });
    expect(problem!.code).to.equal('too-costly');
  });

  it('reports an envelope without documents', async () => {
    expect(told(await partsOf(zipOf([{ name: 'style.xsl', data: '<xsl:stylesheet/>' }])))).to.deep.equal([
      'not-supported: : there is no document in this ZIP archive',
    ]);
  });

  it('names kinds of documents that Cairn does not convert', async () => {
    const archive = zipOf([
      { name: 'ccr.xml', data: '<ContinuityOfCareRecord xmlns="urn:astm-org:CCR"/>' },
      { name: 'measure.xml', data: '<QualityMeasureDocument xmlns="urn:hl7-org:v3"/>' },
      { name: 'a.xml', data: documentOf('a') },
    ]);
    expect(told(await partsOf(archive))).to.deep.equal([
      'not-supported: zip ccr.xml: it is a CCR document (ASTM E2369), no CDA',
      'not-supported: zip measure.xml: it is an HQMF document, which defines a quality measure and tells of no patient, no CDA',
      'document: zip a.xml',
    ]);
  });

  it('never quotes the content of an envelope', async () => {
    const secret = 'Orla Quist';
    const inputs = [
      `{"resourceType":"Binary","data":"${secret}"}`,
      `{"resourceType": ${secret}`,
      mdmOf([['ED', `^TEXT^XML^Base64^${secret}!`]]),
      x12Of([{ filter: 'B64', data: Buffer.from(`${secret}!`) }]),
      x12Of([{ filter: secret, data: Buffer.from('a') }]),
      x12Of([{ filter: 'B64', data: Buffer.from('a'), length: 9_999_999 }]),
      gzipSync(secret).subarray(0, 12),
    ];
    for (const input of inputs) {
      const problems = await problemsIn(input);
      expect(problems, String(input)).to.have.lengthOf.at.least(1);
      for (const { text } of problems) expect(text).to.not.include('Quist');
    }
  });
});

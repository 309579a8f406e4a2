import { expect } from 'chai';
import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import { createConverter } from '../../../src/convert.js';
import type { Converter } from '../../../src/conversion.js';
import { LimitError } from '../../../src/limit-error.js';
import type { Job } from '../../../src/service/workers/job.js';
import { performEnvelope } from '../../../src/service/workers/perform-envelope.js';
import { perform } from '../../../src/service/workers/perform.js';
import { documentOf } from '../../mappings/document-of.js';
import { zipOf } from '../../unwrap/make.js';

const document = documentOf({});
const scan = documentOf({}).replace(
  /<structuredBody>.*<\/structuredBody>/s,
  '<nonXMLBody><text mediaType="image/tiff"><reference value="scan.tif"/></text></nonXMLBody>',
);

describe('a job whose body is an envelope', () => {
  let converters: ReadonlyMap<string, Converter>;

  before(() => {
    converters = new Map([['default', createConverter()]]);
  });

  const job = (more: Partial<Job> = {}): Job => ({
    kind: 'document',
    options: { set: 'default' },
    format: 'json',
    include: [],
    ...more,
  });

  async function answer(entries: Record<string, string>, asked = job()) {
    const body = zipOf(Object.entries(entries).map(([name, data]) => ({ name, data })));
    const { outcome, bytes } = await performEnvelope(converters, asked, body);
    return { outcome, text: Buffer.from(bytes).toString('utf8') };
  }

  it('answers for one document as without an envelope, except for its way through the envelope', async () => {
    const { outcome, text } = await answer({ 'a.xml': document });
    const bare = perform(converters, job(), Buffer.from(document));
    expect(outcome).to.include({ ok: true, documentType: '34133-9' });
    expect(text.replace('"description":"zip a.xml",', '')).to.equal(Buffer.from(bare.bytes).toString('utf8'));
  });

  it('answers several documents with a Bundle of Bundles, and an OperationOutcome for a part that failed', async () => {
    const { outcome, text } = await answer({ 'a.xml': document, 'b.xml': '<ClinicalDocument>', 'c.xml': document });
    const bundle = JSON.parse(text) as Bundle;
    expect(bundle.type).to.equal('collection');
    expect(bundle.entry!.map(({ resource }) => resource!.resourceType)).to.deep.equal([
      'Bundle',
      'OperationOutcome',
      'Bundle',
    ]);
    const [issue] = (bundle.entry![1]!.resource as OperationOutcome).issue;
    expect(issue!.details!.text).to.match(/^zip b\.xml: /);
    expect(issue!.diagnostics).to.equal('line 1, column 19');
    expect(outcome.ok && outcome.issues['not-converted']).to.equal(1);
  });

  it('reports a document over a limit in its place, and converts the others', async () => {
    const real = converters.get('default')!;
    const limited: Converter = {
      ...real,
      convert(bytes, options) {
        if (Buffer.from(bytes).includes('endless')) throw new LimitError('time', 'longer than the time limit of 30 s');
        return real.convert(bytes, options);
      },
    };
    const body = zipOf([
      { name: 'a.xml', data: `${document}<!-- endless -->` },
      { name: 'b.xml', data: document },
      { name: 'c.xml', data: document },
    ]);
    const { outcome, bytes } = await performEnvelope(new Map([['default', limited]]), job(), body);
    const { entry } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Bundle;
    expect(entry!.map(({ resource }) => resource!.resourceType)).to.deep.equal([
      'OperationOutcome',
      'Bundle',
      'Bundle',
    ]);
    const [issue] = (entry![0]!.resource as OperationOutcome).issue;
    expect(issue).to.deep.include({ severity: 'error', code: 'timeout' });
    expect(issue!.details!.text).to.equal('zip a.xml: longer than the time limit of 30 s');
    expect(outcome.ok && outcome.issues['not-converted']).to.equal(1);
  });

  it('answers several documents in XML, and with one line each in NDJSON', async () => {
    const entries = { 'a.xml': document, 'c.xml': document };
    expect((await answer(entries, job({ format: 'xml' }))).text).to.match(
      /^<Bundle xmlns="http:\/\/hl7.org\/fhir"><type value="collection"\/><entry><resource><Bundle/,
    );
    const lines = (await answer(entries, job({ format: 'ndjson' }))).text.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Bundle).resourceType)).to.deep.equal(['Bundle', 'Bundle']);
    const { text } = await answer(entries, job({ include: ['issues'] }));
    expect((JSON.parse(text) as Bundle).entry!.map(({ resource }) => resource!.resourceType)).to.deep.equal([
      'Parameters',
      'Parameters',
    ]);
  });

  it('gives the attachment the bytes of the file beside the document', async () => {
    const { text } = await answer({ 'p/a.xml': scan, 'p/scan.tif': 'II*\0pixels' });
    expect(text).to.include(`"contentType":"image/tiff","data":"${Buffer.from('II*\0pixels').toString('base64')}"`);
  });

  it('fails as its one document fails, with line and column', async () => {
    const { outcome } = await answer({ 'b.xml': '<ClinicalDocument>' });
    expect(outcome).to.include({ ok: false, status: 400, line: 1, column: 19 });
  });

  it('fails if nothing in it could be converted', async () => {
    expect((await answer({ 'b.xml': '<a>', 'c.xml': '<b>' })).outcome).to.include({ ok: false, status: 422 });
    expect((await answer({ 'style.xsl': '<a/>' })).outcome).to.include({
      ok: false,
      status: 422,
      message: 'there is no document in this ZIP archive',
    });
  });
});

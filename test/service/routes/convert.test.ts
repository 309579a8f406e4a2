import { expect } from 'chai';
import type { Bundle, OperationOutcome, Parameters } from 'fhir/r4.js';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { document, post, realConverter, sample, startHarness, type Harness } from '../harness.js';

describe('service/routes/convert', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness({ CAIRN_MAPPINGS: '' });
  });
  after(() => service.stop());

  const convert = (body: RequestInit['body'], headers?: Record<string, string>, query = ''): Promise<Response> =>
    service.call(`/convert${query}`, post(body, headers));
  const errorOf = async (response: Response): Promise<OperationOutcome['issue'][number]> =>
    ((await response.json()) as OperationOutcome).issue[0]!;

  for (const type of [
    'application/xml',
    'text/xml',
    'application/hl7-cda+xml',
    'application/cda+xml; charset=utf-8',
    'application/octet-stream',
  ]) {
    it(`takes a document as ${type}`, async () => {
      const response = await convert(document('hello'), { 'Content-Type': type });
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('application/fhir+json; charset=utf-8');
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(await response.json()).to.include({ resourceType: 'Bundle', type: 'transaction' });
    });
  }

  it('takes a document without a Content-Type', async () => {
    const text = document('hello');
    const answer = await service.raw(
      `POST /convert HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    );
    expect(answer).to.match(/^HTTP\/1.1 200 /);
  });

  it('takes the one file of a form', async () => {
    const form = new FormData();
    form.append('document', new Blob([document('from a form')], { type: 'application/xml' }), 'note.xml');
    const response = await service.call('/convert', { method: 'POST', body: form });
    expect(JSON.stringify(await response.json())).to.contain('from a form');
  });

  it('refuses a form with two files, without one, or with fields', async () => {
    const two = new FormData();
    two.append('a', new Blob(['<a/>']), 'a.xml');
    two.append('b', new Blob(['<b/>']), 'b.xml');
    const field = new FormData();
    field.append('a', new Blob(['<a/>']), 'a.xml');
    field.append('bundle', 'document');
    for (const body of [two, field, new FormData()]) {
      expect((await service.call('/convert', { method: 'POST', body })).status).to.equal(400);
    }
    const broken = await convert('--x\r\nnothing', { 'Content-Type': 'multipart/form-data; boundary=x' });
    expect(broken.status).to.equal(400);
    expect((await convert('x', { 'Content-Type': 'multipart/form-data' })).status).to.equal(400);
  });

  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
    it(`inflates ${encoding}`, async () => {
      const response = await convert(compress(document(encoding)), { 'Content-Encoding': encoding });
      expect(JSON.stringify(await response.json())).to.contain(encoding);
    });

    it(`says that a body is not ${encoding}, or ends too early`, async () => {
      const whole = compress(document('some text that is long enough '.repeat(50)));
      for (const body of [Buffer.from('plain'), whole.subarray(0, whole.length - 6)]) {
        const response = await convert(body, { 'Content-Encoding': encoding });
        expect(response.status).to.equal(400);
        expect((await errorOf(response)).code).to.equal('structure');
      }
    });
  }

  it('answers FHIR XML if the client accepts it', async () => {
    const response = await convert(document('x'), { Accept: 'application/fhir+xml' });
    expect(response.headers.get('content-type')).to.equal('application/fhir+xml; charset=utf-8');
    expect(await response.text()).to.contain('<Bundle xmlns="http://hl7.org/fhir">');
  });

  it('answers one resource a line, with references that need no Bundle', async () => {
    const response = await convert(document('x'), { Accept: 'application/fhir+ndjson' });
    expect(response.headers.get('content-type')).to.equal('application/fhir+ndjson');
    const resources = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { subject?: { reference: string } });
    expect(resources).to.have.length(2);
    expect(resources[0]!.subject!.reference).to.equal('Patient/22222222-2222-5222-8222-222222222222');
  });

  it('answers 406 to formats that it cannot write', async () => {
    const response = await convert(document('x'), { Accept: 'image/png' });
    expect(response.status).to.equal(406);
    expect(await errorOf(response)).to.include({ severity: 'error', code: 'not-supported' });
  });

  it('answers 415 to other types and encodings', async () => {
    for (const headers of [{ 'Content-Type': 'application/x-www-form-urlencoded' }, { 'Content-Encoding': 'zstd' }]) {
      expect((await convert('x', headers)).status).to.equal(415);
    }
  });

  it('passes the options on, and those of the query win over those of the headers', async () => {
    const headers = { 'Cairn-Bundle': 'collection', 'Cairn-Sender': 'st.-mary', 'Cairn-Time-Zone': 'Europe/Vienna' };
    const response = await convert(
      document('x'),
      headers,
      '?bundle=document&timeZone=America/New_York&mappings=default',
    );
    const bundle = (await response.json()) as Bundle;
    expect(bundle.type).to.equal('document');
    expect(bundle.entry![0]!.resource).to.deep.include({
      title: 'America/New_York',
      author: [{ display: 'st.-mary' }],
    });
  });

  for (const query of [
    'bundle=history',
    'sender=../../etc',
    'timeZone=Mars/Olympus',
    'mappings=none',
    'include=everything',
    'bundel=document',
    'bundle=document&bundle=collection',
  ]) {
    it(`refuses ?${query}`, async () => {
      const response = await convert(document('x'), {}, `?${query}`);
      expect(response.status).to.equal(400);
      expect((await errorOf(response)).code).to.equal('value');
    });
  }

  it('answers Parameters with ledger, trace and issues on request', async () => {
    const response = await convert(document('warn'), {}, '?include=ledger,trace,issues');
    const { parameter } = (await response.json()) as Parameters;
    expect(parameter!.map(({ name }) => name)).to.deep.equal(['bundle', 'ledger', 'trace', 'issues']);
    const [bundle, ledger, trace, issues] = parameter!;
    expect(bundle!.resource!.resourceType).to.equal('Bundle');
    expect(ledger!.part![0]!.part).to.deep.include({ name: 'unmapped', valueInteger: 1 });
    expect(ledger!.part![1]!.part).to.deep.include({ name: 'line', valueInteger: 3 });
    expect(trace!.part![0]!.part).to.deep.include({ name: 'target', valueString: 'Patient/2.gender' });
    expect((issues!.resource as OperationOutcome).issue[0]).to.deep.include({
      severity: 'warning',
      code: 'not-found',
      diagnostics: 'line 7, column 8',
    });
  });

  it('refuses a ledger in ndjson', async () => {
    const response = await convert(document('x'), { Accept: 'application/fhir+ndjson' }, '?include=ledger');
    expect(response.status).to.equal(400);
  });

  it('counts the warnings in a header of a plain answer', async () => {
    expect((await convert(document('warn'))).headers.get('cairn-issues')).to.equal('dangling-reference=1');
    expect((await convert(document('x'))).headers.get('cairn-issues')).to.equal('none');
  });

  it('gives line and column of a mistake in a document', async () => {
    const response = await convert(document('do:illformed'));
    expect(response.status).to.equal(400);
    expect(await errorOf(response)).to.deep.equal({
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line', valueInteger: 12 },
        { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col', valueString: '5' },
      ],
      severity: 'error',
      code: 'structure',
      details: { text: 'The element is not closed.' },
      diagnostics: 'line 12, column 5',
    });
  });

  it('answers 422 to a body that is not a C-CDA document, or is too deep', async () => {
    expect((await convert(document('do:html'))).status).to.equal(422);
    expect(await errorOf(await convert(document('do:deep')))).to.include({ code: 'too-costly' });
  });

  it('answers an empty body with an error', async () => {
    expect((await convert('')).status).to.equal(400);
  });

  it('shows the message of a fault neither to the client nor in the log', async () => {
    const response = await convert(document('do:throw'));
    expect(response.status).to.equal(500);
    expect(await response.text()).not.to.contain('Homer');
    expect(JSON.stringify(service.logs)).not.to.contain('Homer');
    expect(service.logs.at(-1)).to.include({ error: 'exception', status: 500 });
    expect(service.logs.at(-1)!.reason).to.match(/^TypeError \| at convert/);
  });

  it('ends a conversion over its limits and answers 504 or 413', async () => {
    const short = await startHarness({
      CAIRN_WORKERS: '2',
      CAIRN_TIME_LIMIT_SECONDS: '0.5',
      CAIRN_WORKER_MEMORY_MEGABYTES: '64',
    });
    const [hung, fine] = await Promise.all([
      short.call('/convert', post(document('do:hang'))),
      short.call('/convert', post(document('fine'))),
    ]);
    expect([hung.status, fine.status]).to.deep.equal([504, 200]);
    const metrics = await (await short.call('/metrics')).text();
    expect(metrics).to.contain('cairn_worker_restarts_total{reason="time"} 1');
    await short.stop();
  });

  it('gives the same Bundle of a real document in all formats', async () => {
    const real = await startHarness({}, realConverter);
    const plain = await (await real.call('/convert', post(sample))).json();
    const zipped = await (await real.call('/convert', post(gzipSync(sample), { 'Content-Encoding': 'gzip' }))).json();
    const operation = await (await real.call('/$convert', post(sample))).json();
    const withLedger = (await (await real.call('/convert?include=ledger', post(sample))).json()) as Parameters;
    for (const other of [zipped, operation, withLedger.parameter![0]!.resource]) expect(other).to.deep.equal(plain);
    await real.stop();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { AuditEvent, Bundle, Parameters, Task } from 'fhir/r4.js';
import { zipOf } from '../../unwrap/make.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';

describe('/documents', function () {
  this.timeout(60_000);
  let folder: string;
  let service: Harness;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-intake-'));
    service = await startHarness({ CAIRN_STORE: folder }, realConverter);
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  async function settled(place: string): Promise<Response> {
    for (;;) {
      const response = await service.call(place);
      if (response.status !== 202) return response;
      expect(response.headers.get('x-progress')).to.match(/received|converting/);
      await delay(50);
    }
  }

  it('answers 202 when the document is on disk, and later gives the result', async () => {
    const accepted = await service.call('/documents', post(sample));
    expect(accepted.status).to.equal(202);
    const place = accepted.headers.get('content-location')!;
    expect(place).to.match(/^\/documents\/[0-9a-f-]{36}\/\$status$/);
    const task = (await (await settled(place)).json()) as Task;
    expect(task).to.include({ resourceType: 'Task', status: 'completed', intent: 'order' });
    const bundle = (await (await service.call(task.output![0]!.valueAttachment!.url!)).json()) as Bundle;
    const direct = (await (await service.call('/convert', post(sample))).json()) as Bundle;
    expect(bundle).to.deep.equal(direct);
    const source = await service.call(place.replace('$status', '$source'));
    expect(Buffer.from(await source.arrayBuffer()).equals(sample)).to.equal(true);
    const events = (await (await service.call(place.replace('$status', '$events'))).json()) as { what: string }[];
    expect(events.map(({ what }) => what)).to.deep.equal(['received', 'converted']);
  });

  it('gives the ledger, the trace and the attachments of a stored document', async () => {
    // What stands in the document as PDF, in a document that is nothing else.
    const head = sample.toString().replaceAll('PN-20240306-0082', 'PN-PDF').replaceAll('PN-0082', 'S-PDF');
    const from = head.search(/<component>\s*<structuredBody/);
    const pdf = Buffer.from('%PDF-1.4 invented').toString('base64');
    const text = `${head.slice(0, from)}<component><nonXMLBody><text mediaType="application/pdf" representation="B64">${pdf}</text></nonXMLBody></component></ClinicalDocument>`;
    for (const [body, hasAttachment] of [
      [sample, false],
      [text, true],
    ] as const) {
      const accepted = await service.call('/documents?wait=30', post(body));
      const place = accepted.headers.get('content-location')!.replace('/$status', '');
      for (const part of ['ledger', 'trace'] as const) {
        const { parameter = [] } = (await (await service.call(`${place}/$${part}`)).json()) as Parameters;
        expect(parameter.map(({ name }) => name)).to.deep.equal(['mapping', 'isOfBundle', part]);
        expect(parameter[1]!.valueBoolean).to.equal(true);
        expect(parameter[2]!.part!.length).to.be.greaterThan(0);
      }
      const attachment = await service.call(`${place}/$attachment/0`);
      expect(attachment.status).to.equal(hasAttachment ? 200 : 404);
      if (!hasAttachment) continue;
      expect(attachment.headers.get('cairn-attachment-type')).to.equal('application/pdf');
      expect(Buffer.from(await attachment.arrayBuffer()).toString()).to.equal('%PDF-1.4 invented');
      expect((await service.call(`${place}/$attachment/7`)).status).to.equal(404);
      // Each of these readings is in the audit.
      const id = place.split('/')[2]!;
      const audits = (await (await service.call(`/AuditEvent?subtype=read&entity=Task/${id}`)).json()) as Bundle;
      expect(audits.entry!.map(({ resource }) => (resource as AuditEvent).outcomeDesc)).to.deep.equal([
        'attachment 0',
        'trace',
        'ledger',
      ]);
    }
  });

  it('accepts the same bytes and the same Idempotency-Key only once', async () => {
    const first = await service.call('/documents', post(sample, { 'Idempotency-Key': 'k1' }));
    const again = await service.call('/documents', post(sample, { 'Idempotency-Key': 'k1' }));
    expect([again.status, again.headers.get('cairn-repeat')]).to.deep.equal([200, 'key']);
    expect(again.headers.get('content-location')).to.equal(first.headers.get('content-location'));
    const other = await service.call('/documents', post('<ClinicalDocument/>', { 'Idempotency-Key': 'k1' }));
    expect(other.status).to.equal(422);
  });

  it('reports a bad document as /convert does, with line and column', async () => {
    const accepted = await service.call('/documents', post('<ClinicalDocument>'));
    const task = (await (await settled(accepted.headers.get('content-location')!)).json()) as Task;
    expect(task.status).to.equal('rejected');
    expect(task.statusReason!.text).to.match(/line 1, column 19/);
    expect((await service.call(`/documents/${task.id!}/$bundle`)).status).to.equal(404);
  });

  it('accepts each document of an envelope by itself, with its way, and reports the other parts', async () => {
    const other = Buffer.from(sample.toString().replaceAll('PN-20240306-0082', 'PN-2').replaceAll('PN-0082', 'S-2'));
    const archive = zipOf([
      { name: 'one/note.xml', data: sample },
      { name: 'two/other.xml', data: other },
      { name: 'three/broken.xml', data: Buffer.from('<ClinicalDocument>') },
      { name: 'four/ccr.xml', data: Buffer.from('<ContinuityOfCareRecord/>') },
    ]);
    const accepted = await service.call('/documents', post(archive, { 'Content-Type': 'application/zip' }));
    expect(accepted.status).to.equal(202);
    const task = (await (await settled(accepted.headers.get('content-location')!)).json()) as Task;
    expect(task.status).to.equal('completed');
    expect(task.statusReason!.text).to.match(/^zip four\/ccr\.xml: it is a CCR document/);
    const documents = task.output!.filter(({ type }) => type.text === 'document');
    expect(documents.map(({ valueReference }) => valueReference!.display)).to.deep.equal([
      'zip one/note.xml: converted',
      'zip two/other.xml: converted',
      'zip three/broken.xml: refused',
    ]);
    const id = documents[1]!.valueReference!.reference!.replace('Task/', '');
    const source = await service.call(`/documents/${id}/$source`);
    expect(Buffer.from(await source.arrayBuffer()).equals(other)).to.equal(true);
    const bundle = (await (await service.call(`/documents/${id}/$bundle`)).json()) as Bundle;
    const direct = await service.call('/convert', post(zipOf([{ name: 'two/other.xml', data: other }])));
    expect(bundle).to.deep.equal(await direct.json());
    expect((await service.call(`/documents/${task.id!}/$bundle`)).status).to.equal(404);
    const again = await service.call('/documents', post(archive, { 'Content-Type': 'application/zip' }));
    expect([again.status, again.headers.get('cairn-repeat')]).to.deep.equal([200, 'content']);
  });

  it('refuses an envelope without a document', async () => {
    const archive = zipOf([{ name: 'ccr.xml', data: Buffer.from('<ContinuityOfCareRecord/>') }]);
    const accepted = await service.call('/documents', post(archive, { 'Content-Type': 'application/zip' }));
    const task = (await (await settled(accepted.headers.get('content-location')!)).json()) as Task;
    expect(task.status).to.equal('rejected');
    expect(task.statusReason!.text).to.match(/CCR document/);
  });

  it('accepts the file of a form unchanged', async () => {
    const form = new FormData();
    form.append('document', new Blob([sample.toString().replaceAll('PN-20240306-0082', 'PN-F')]), 'note.xml');
    const accepted = await service.call('/documents', { method: 'POST', body: form });
    expect(accepted.status).to.equal(202);
    const task = (await (await settled(accepted.headers.get('content-location')!)).json()) as Task;
    expect(task.status).to.equal('completed');
  });

  it('waits for the outcome on request, and does not cancel a finished document', async () => {
    const accepted = await service.call(
      '/documents?wait=20',
      post(sample.toString().replaceAll('PN-20240306-0082', 'PN-W')),
    );
    expect(accepted.status).to.equal(200);
    const place = accepted.headers.get('content-location')!;
    expect((await service.call(place)).status).to.equal(200);
    expect((await service.call(place, { method: 'DELETE' })).status).to.equal(409);
    expect((await service.call('/documents?wait=99', post(sample))).status).to.equal(400);
  });

  it('lists documents by state, in pages', async () => {
    const rejected = (await (await service.call('/documents?state=refused')).json()) as Bundle;
    expect(new Set(rejected.entry!.map(({ resource }) => (resource as Task).status))).to.deep.equal(
      new Set(['rejected']),
    );
    const page = (await (await service.call('/documents?_count=1')).json()) as Bundle;
    const next = (await (await service.call(page.link![0]!.url)).json()) as Bundle;
    expect(next.entry![0]!.resource!.id).not.to.equal(page.entry![0]!.resource!.id);
    expect((await service.call('/documents?state=lost')).status).to.equal(400);
    expect((await service.call('/documents?foo=1')).status).to.equal(400);
  });

  it('answers 404 for an unknown document', async () => {
    expect((await service.call('/documents/0b1c2d3e-0000-5000-8000-000000000000')).status).to.equal(404);
  });

  it('refuses documents, before the body is read, if too many wait or the disk is full', async () => {
    const full = mkdtempSync(join(tmpdir(), 'cairn-intake-'));
    const busy = await startHarness({ CAIRN_STORE: full, CAIRN_INTAKE_MIN_FREE_MEGABYTES: '100000000' });
    await delay(200);
    const refused = await busy.raw(
      'POST /documents HTTP/1.1\r\nHost: a\r\nContent-Type: application/xml\r\nContent-Length: 1000000\r\n\r\n',
      { wait: 2000 },
    );
    expect(refused)
      .to.match(/^HTTP\/1\.1 507 /)
      .and.to.match(/\r\nRetry-After: \d+\r\n/);
    await busy.stop();
    rmSync(full, { recursive: true });
  });

  it('does not exist without a store', async () => {
    const bare = await startHarness();
    const response = await fetch(`${bare.address}/documents`, post('<ClinicalDocument/>'));
    expect(response.status).to.equal(404);
    await bare.stop();
  });
});

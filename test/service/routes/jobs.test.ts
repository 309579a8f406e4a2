import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { pack } from '../../../src/store/bodies.js';
import type { AuditEvent, Bundle, OperationOutcome, Resource, Task } from 'fhir/r4.js';
import { zipOf } from '../../unwrap/make.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';

/** The sample as another document of another person. */
const documentOf = (number: number): Buffer =>
  Buffer.from(
    sample
      .toString()
      .replaceAll('PN-20240306-0082', `PN-${number}`)
      .replaceAll('PN-0082', `S-${number}`)
      .replaceAll('MRN-338104', `MRN-${number}`)
      .replaceAll('999-41-3072', `999-42-${1000 + number}`),
  );

interface Manifest {
  readonly request: string;
  readonly output: { type: string; url: string; count: number }[];
  readonly error: { type: string; url: string; count: number }[];
}

describe('imports, exports, replays and feeds', function () {
  this.timeout(120_000);
  let folder: string;
  let service: Harness;
  const parameters = (...all: [string, string | boolean][]): RequestInit =>
    post(
      JSON.stringify({
        resourceType: 'Parameters',
        parameter: all.map(([name, value]) => ({
          name,
          ...(typeof value === 'string' ? { valueString: value } : { valueBoolean: value }),
        })),
      }),
      { 'Content-Type': 'application/fhir+json' },
    );
  const pathOf = (response: Response): string => new URL(response.headers.get('content-location')!).pathname;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-jobs-'));
    for (const name of ['store', 'in', 'done', 'refused', 'imports', 'imports/deep']) mkdirSync(join(folder, name));
    service = await startHarness(
      {
        CAIRN_STORE: join(folder, 'store'),
        CAIRN_BODY_MEGABYTES: '1',
        CAIRN_INTAKE_IMPORT_FOLDERS: join(folder, 'imports'),
        CAIRN_INTAKE_FOLDERS: JSON.stringify([
          { name: 'lab', path: join(folder, 'in'), done: join(folder, 'done'), refused: join(folder, 'refused') },
        ]),
      },
      realConverter,
    );
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  async function done(place: string): Promise<Manifest & Record<string, unknown>> {
    for (;;) {
      const response = await service.call(place);
      if (response.status !== 202) {
        expect(response.status).to.equal(200);
        return (await response.json()) as Manifest & Record<string, unknown>;
      }
      await delay(50);
    }
  }

  async function lines(url: string): Promise<Resource[]> {
    const text = await (await service.call(new URL(url).pathname)).text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Resource);
  }

  it('import an archive, and report each document', async () => {
    const archive = zipOf([
      { name: 'a.xml', data: documentOf(1) },
      { name: 'b.xml', data: documentOf(2) },
      { name: 'c.xml', data: Buffer.from('<ClinicalDocument>') },
      { name: '../d.xml', data: documentOf(3) },
    ]);
    const accepted = await service.call('/$import', post(archive, { 'Content-Type': 'application/zip' }));
    expect(accepted.status).to.equal(202);
    const manifest = await done(pathOf(accepted));
    expect(manifest.output).to.deep.include({ ...manifest.output[0], type: 'Bundle', count: 2 });
    expect((await lines(manifest.output[0]!.url)).map(({ resourceType }) => resourceType)).to.deep.equal([
      'Bundle',
      'Bundle',
    ]);
    expect(manifest.error[0]!.count).to.equal(2);
    const outcomes = (await lines(manifest.error[0]!.url)) as OperationOutcome[];
    expect(outcomes.map(({ issue }) => issue[0]!.details!.text).join('\n')).to.match(/leads out of the archive/);
  });

  it('import a list, with the number of each bad line', async () => {
    writeFileSync(join(folder, 'imports', 'four.xml'), documentOf(4));
    const list = [
      { path: 'four.xml' },
      { content: documentOf(5).toString() },
      { path: '../store/cairn.sqlite' },
      { path: join(folder, 'in') },
      {},
    ];
    const body = `${list.map((line) => JSON.stringify(line)).join('\n')}\nno json`;
    const accepted = await service.call('/$import', post(body, { 'Content-Type': 'application/x-ndjson' }));
    const manifest = await done(pathOf(accepted));
    expect(manifest.output[0]!.count).to.equal(2);
    const texts = ((await lines(manifest.error[0]!.url)) as OperationOutcome[]).map(
      ({ issue }) => issue[0]!.details!.text,
    );
    expect(texts).to.deep.equal([
      'line 3: there is no such file inside the folders of intake.importFolders',
      'line 4: there is no such file inside the folders of intake.importFolders',
      'line 5: it is not a JSON object with content or path',
      'line 6: it is not a JSON object with content or path',
    ]);
  });

  it('import a folder, without following a link or reading outside', async () => {
    writeFileSync(join(folder, 'imports', 'deep', 'six.xml'), documentOf(6));
    writeFileSync(join(folder, 'imports', 'deep', 'empty.xml'), '');
    writeFileSync(join(folder, 'imports', 'deep', 'large.zip'), Buffer.alloc(1_100_000));
    symlinkSync(join(folder, 'store'), join(folder, 'imports', 'deep', 'link'));
    const accepted = await service.call('/$import', parameters(['folder', 'deep']));
    const manifest = await done(pathOf(accepted));
    expect([manifest.output[0]!.count, manifest.error[0]!.count]).to.deep.equal([1, 3]);
    const outside = await service.call('/$import', parameters(['folder', '/etc']));
    for (;;) {
      const status = await service.call(pathOf(outside));
      if (status.status === 202) await delay(50);
      else {
        expect(status.status).to.equal(500);
        expect(await status.text()).to.contain('intake.importFolders');
        break;
      }
    }
  });

  it('take a file of a folder when it no longer changes, and move it only then', async () => {
    writeFileSync(join(folder, 'in', 'seven.xml'), documentOf(7));
    writeFileSync(join(folder, 'in', 'eight.xml.part'), documentOf(8));
    writeFileSync(join(folder, 'in', 'nothing.xml'), '');
    writeFileSync(join(folder, 'done', 'seven.xml'), 'another');
    const until = Date.now() + 20_000;
    while (readdirSync(join(folder, 'in')).length > 1 && Date.now() < until) await delay(100);
    expect(readdirSync(join(folder, 'in'))).to.deep.equal(['eight.xml.part']);
    expect(readdirSync(join(folder, 'done')).sort()).to.deep.equal(['seven.1.xml', 'seven.xml']);
    expect(readdirSync(join(folder, 'refused'))).to.deep.equal(['nothing.xml']);
    const page = (await (await service.call('/documents?_count=1')).json()) as Bundle;
    const task = page.entry![0]!.resource as Task;
    const source = await service.call(`/documents/${task.id!}/$source`);
    expect(Buffer.from(await source.arrayBuffer()).equals(documentOf(7))).to.equal(true);
    while ((await service.call(`/documents/${task.id!}/$status`)).status === 202) await delay(50);
  });

  it('export each resource once, and only the requested ones', async () => {
    const begun = await service.call('/$export?_type=Patient,Practitioner');
    const manifest = await done(pathOf(begun));
    expect(manifest.request).to.match(/\/\$export\?_type=Patient,Practitioner$/);
    expect(manifest.output.map(({ type }) => type)).to.deep.equal(['Patient', 'Practitioner']);
    const patients = await lines(manifest.output[0]!.url);
    // 1, 2, 4, 5, 6 and 7 are six persons.
    expect(new Set(patients.map(({ id }) => id)).size).to.equal(6);
    expect(patients).to.have.lengthOf(6);
    const practitioners = await lines(manifest.output[1]!.url);
    expect(new Set(practitioners.map(({ id }) => id)).size).to.equal(practitioners.length);
    expect(practitioners).to.have.lengthOf(manifest.output[1]!.count);

    const one = await done(pathOf(await service.call(`/$export?patient=${patients[0]!.id!}`)));
    const observation = (await lines(one.output.find(({ type }) => type === 'Observation')!.url))[0]!;
    expect(JSON.stringify(observation)).to.contain(`"reference":"Patient/${patients[0]!.id!}"`);
    const later = await done(pathOf(await service.call('/$export?_since=2999-01-01T00:00:00Z')));
    expect(later.output).to.deep.equal([]);

    expect((await service.call('/$export?_type=Horse')).status).to.equal(400);
    expect((await service.call('/$export?_since=yesterday')).status).to.equal(400);
    const file = new URL(manifest.output[0]!.url).pathname;
    expect((await service.call(file.replace('Patient', '..%2F..%2Fcairn'))).status).to.equal(404);
    await service.call(pathOf(begun), { method: 'DELETE' });
    expect((await service.call(file)).status).to.equal(404);
  });

  it('replay documents, and in a dry run say what that would change', async () => {
    const list = (await (await service.call('/documents?state=converted')).json()) as Bundle;
    const id = list.entry![0]!.resource!.id!;
    const tried = await done(pathOf(await service.call('/$replay', parameters(['id', id], ['dryRun', true]))));
    expect(tried).to.include({ documents: 1, added: 0, changed: 0, removed: 0, same: 1, dryRun: true });
    const notCurrent = await done(pathOf(await service.call('/$replay', parameters(['mapping', 'not-current']))));
    expect(notCurrent).to.include({ documents: 0 });
    const again = await done(pathOf(await service.call('/$replay', parameters(['id', id]))));
    expect(again).to.include({ documents: 1, action: 'convert' });
    const events = (await (await service.call(`/documents/${id}/$events`)).json()) as { what: string }[];
    expect(events.map(({ what }) => what)).to.deep.equal(['received', 'converted', 'replay', 'converted']);
    expect((await service.call('/$replay', parameters(['horse', 'x']))).status).to.equal(400);
  });

  it('purge a patient, so that no byte of the document is left', async () => {
    const text = documentOf(9).toString().replaceAll('PN-9', 'PURGE-ME-PLEASE');
    const accepted = await service.call('/documents?wait=20', post(text));
    const place = accepted.headers.get('content-location')!.replace('/$status', '');
    const exported = await service.call('/$export');
    while ((await service.call(pathOf(exported))).status === 202) await delay(50);
    const exportsIn = (): string[] => readdirSync(join(folder, 'store', 'exports'));
    expect(exportsIn()).to.have.length.greaterThan(0);
    // As they stand in the database: packed, in pieces of a page. Any eight bytes of their middle would do.
    const packed = Buffer.from(pack(Buffer.from(text)));
    const traces = [packed.subarray(1000, 1200), Buffer.from('PURGE-ME-PLEASE')];
    const found = (): boolean[] =>
      traces.map((trace) =>
        readdirSync(join(folder, 'store')).some(
          (name) => name.startsWith('cairn.sqlite') && readFileSync(join(folder, 'store', name)).includes(trace),
        ),
      );
    expect(found()).to.deep.equal([true, true]);
    const list = (await (await service.call('/documents?_count=1')).json()) as Bundle;
    expect(place).to.contain(list.entry![0]!.resource!.id!);
    expect((await service.call('/$purge', parameters(['id', list.entry![0]!.resource!.id!]))).status).to.equal(400);
    const purged = await service.call(
      '/$purge',
      parameters(['id', list.entry![0]!.resource!.id!], ['reason', 'asked for by the patient']),
    );
    expect(await purged.json()).to.deep.equal({ documents: 1, receivers: [] });
    expect((await service.call(`${place}/$source`)).status).to.equal(410);
    expect(((await (await service.call(place)).json()) as Task).status).to.equal('entered-in-error');
    expect(found()).to.deep.equal([false, false]);
    expect(exportsIn()).to.deep.equal([]);
    expect(JSON.stringify(service.logs)).not.to.contain('PURGE-ME-PLEASE');
    // Who asked for it, and why, is in the audit.
    const audits = (await (await service.call('/AuditEvent?subtype=purge')).json()) as Bundle<AuditEvent>;
    expect(audits.entry![0]!.resource).to.deep.include({
      action: 'D',
      outcomeDesc: 'asked for by the patient',
      entity: [{ what: { reference: `Task/${list.entry![0]!.resource!.id!}` } }],
    });
    expect((await service.call('/AuditEvent?subtype=nothing')).status).to.equal(400);
    // Sent again it stays purged.
    const again = await service.call('/documents', post(text));
    expect([again.status, again.headers.get('cairn-repeat')]).to.deep.equal([200, 'content']);
  });
});

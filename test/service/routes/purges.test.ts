/** `$purge` over HTTP: nothing of a patient is left, here or at the receivers. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { text as textOf } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Bundle } from 'fhir/r4.js';
import { startDouble, type Double } from '../../delivery/double.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';

const words = ['Zwetschgenbaum', 'PURGE-ME-77'];

/** The sample under another name, so that its name can be looked for. */
const source = sample
  .toString()
  .replace(/<family>[^<]*<\/family>/, `<family>${words[0]!}</family>`)
  .replaceAll('PN-20240306-0082', words[1]!)
  .replaceAll('PN-0082', 'S-77');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('$purge', function () {
  this.timeout(90_000);
  let folder: string;
  let service: Harness;
  let double: Double;
  let hook: Server;
  const events: { type: string; data: { document: string } }[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-purge-'));
    for (const name of ['store', 'out', 'feed']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'secret'), `whsec_${Buffer.alloc(32, 1).toString('base64')}`);
    double = await startDouble();
    hook = createServer((request, response) => {
      void textOf(request).then((body) => {
        events.push(JSON.parse(body) as (typeof events)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    service = await startHarness(
      {
        CAIRN_STORE: join(folder, 'store'),
        CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
        CAIRN_RECEIVERS: JSON.stringify([
          { kind: 'folder', name: 'out', path: join(folder, 'out') },
          { kind: 'fhir', name: 'server', url: double.url },
          { kind: 'webhook', name: 'bell', url, secretFile: join(folder, 'secret') },
        ]),
      },
      realConverter,
    );
  });
  after(async () => {
    await service.stop();
    await double.close();
    hook.close();
    rmSync(folder, { recursive: true });
  });

  const purge = (...pairs: [string, string | boolean][]): Promise<Response> =>
    service.call('/$purge', {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: pairs.map(([name, value]) =>
          typeof value === 'string' ? { name, valueString: value } : { name, valueBoolean: value },
        ),
      }),
    });

  async function finished(
    place: string,
  ): Promise<{ receivers: { receiver: string; state: string; removed: number }[] }> {
    for (;;) {
      const answer = await service.call(place);
      if (answer.status !== 202) return (await answer.json()) as Awaited<ReturnType<typeof finished>>;
      await delay(50);
    }
  }

  it('leaves no byte of the patient in store, files, receivers or log', async () => {
    const other = await service.call('/documents?wait=30', post(sample));
    const listed = await service.call('/$import', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: `${JSON.stringify({ content: source })}\n`,
    });
    await finished(new URL(listed.headers.get('content-location')!).pathname);
    const exported = await service.call('/$export');
    await finished(new URL(exported.headers.get('content-location')!).pathname);
    const { entry } = (await (await service.call('/documents?state=delivered')).json()) as Bundle;
    expect(entry).to.have.lengthOf(2);
    const id = entry![0]!.resource!.id!;
    const bundle = (await (await service.call(`/documents/${id}/$bundle`)).json()) as Bundle;
    const patient = bundle.entry!.find(({ resource }) => resource!.resourceType === 'Patient')!.resource!.id!;
    const there = (): string[] =>
      filesBelow(folder).filter((file) => words.some((word) => readFileSync(file).includes(word)));
    // It is in the receiver's folder as it is, and packed everywhere else.
    expect(there()).to.include(join(folder, 'out', `${id}.json`));
    expect([...double.resources.values()].some((json) => json.includes(words[0]!))).to.equal(true);

    const answer = await purge(['patient', `Patient/${patient}`], ['reason', 'asked for by the patient']);
    expect(answer.status).to.equal(200);
    expect(((await answer.json()) as { documents: number }).documents).to.be.at.least(1);
    const { receivers } = await finished(answer.headers.get('content-location')!);
    expect(receivers.map(({ receiver, state }) => `${receiver} ${state}`)).to.have.members([
      'bell told',
      'out removed',
      'server removed',
    ]);
    expect(receivers.find(({ receiver }) => receiver === 'server')!.removed).to.be.above(20);
    expect(there()).to.deep.equal([]);
    expect([...double.resources.values()].filter((json) => words.some((word) => json.includes(word)))).to.deep.equal(
      [],
    );
    expect(double.resources.has(`Patient/${patient}`)).to.equal(false);
    expect(events.at(-1)).to.deep.include({ type: 'document.purged' });
    expect(JSON.stringify(events.filter(({ type }) => type === 'document.purged'))).to.include(id);
    expect(JSON.stringify(service.logs)).not.to.match(new RegExp(words.join('|')));
    // Nor in what the answers of the service still tell.
    for (const path of ['/documents', `/documents/${id}`, `/documents/${id}/$events`, '/AuditEvent?_count=500'])
      expect(await (await service.call(path)).text()).not.to.match(new RegExp(words.join('|')));
    expect(other.status).to.equal(200);
  });

  it('leaves the receivers alone on request, and lists unknown ids', async () => {
    const text = source.replaceAll(words[1]!, 'PN-78').replaceAll('S-77', 'S-78');
    const accepted = await service.call('/documents?wait=30', post(text));
    const id = /documents\/([^/]+)/.exec(accepted.headers.get('content-location')!)![1]!;
    for (let tries = 0; tries < 200 && !readdirSync(join(folder, 'out')).includes(`${id}.json`); tries++)
      await delay(50);
    const answer = await purge(['id', id], ['reason', 'x'], ['atReceivers', false]);
    expect(await answer.json()).to.deep.equal({ documents: 1, receivers: [] });
    expect((await service.call(answer.headers.get('content-location')!)).status).to.equal(404);
    expect(readdirSync(join(folder, 'out'))).to.include(`${id}.json`);
    expect((await purge(['id', id], ['reason', 'x'], ['atReceivers', 'perhaps'])).status).to.equal(400);
    expect((await purge(['id', id], ['reason', 'x'], ['horse', 'x'])).status).to.equal(400);
    expect((await purge(['patient', 'nobody'], ['reason', 'x'])).status).to.equal(404);
  });

  it('purges nothing on legal hold, and names the hold', async () => {
    const held = source.replaceAll(words[1]!, 'PN-79').replaceAll('S-77', 'S-79');
    const accepted = await service.call('/documents?wait=30', post(held));
    const id = /documents\/([^/]+)/.exec(accepted.headers.get('content-location')!)![1]!;
    const ask = (path: string, ...pairs: [string, string][]): Promise<Response> =>
      service.call(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Parameters',
          parameter: pairs.map(([name, valueString]) => ({ name, valueString })),
        }),
      });
    const reason: [string, string] = ['reason', 'case 24-117'];
    for (const until of ['2020-01-01', 'tomorrow', '2040-01-01T10:00:00'])
      expect((await ask('/$legal-hold', ['id', id], reason, ['until', until])).status).to.equal(400);
    expect((await ask('/$legal-hold', ['id', id])).status).to.equal(400);
    expect((await ask('/$legal-hold', reason)).status).to.equal(400);
    expect((await ask('/$legal-hold', ['id', 'nobody'], reason)).status).to.equal(404);
    const until = '2140-01-01T12:00:00.000Z';
    const answer = await ask('/$legal-hold', ['id', id], reason, ['until', '2140-01-01T13:00+01:00']);
    expect(await answer.json()).to.deep.equal({ documents: 1, until });
    const refused = await purge(['id', id], ['reason', 'x']);
    expect(refused.status).to.equal(409);
    expect(await refused.text()).to.include(id);
    expect((await service.call(`/documents/${id}/$source`)).status).to.equal(200);
    const { holds } = (await (await service.call('/legal-holds')).json()) as { holds: object[] };
    expect(holds[0]).to.deep.include({ document: id, until });
    expect(await (await ask('/$lift-legal-hold', ['id', id], reason)).json()).to.deep.equal({ lifted: 1 });
    expect((await ask('/$lift-legal-hold', ['id', id], reason)).status).to.equal(404);
    expect((await purge(['id', id], ['reason', 'x'])).status).to.equal(200);
  });
});

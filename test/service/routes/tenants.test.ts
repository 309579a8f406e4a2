/** Tenants and scopes over HTTP: who may do what, and that what is another's is not there. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import { hashOfKey } from '../../../src/service/auth/keys.js';
import { createQuotas } from '../../../src/service/intake/quotas.js';
import { ServiceError } from '../../../src/service/errors/service-error.js';
import type { Store } from '../../../src/store/store.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';

const json = { 'Content-Type': 'application/fhir+json' };

const key = (name: string, scopes: string, tenant = ''): string =>
  `${name}:${hashOfKey(`${name}-key`)}:::${scopes}:${tenant}`;

function parameters(...pairs: [string, string][]): string {
  return JSON.stringify({
    resourceType: 'Parameters',
    parameter: pairs.map(([name, valueString]) => ({ name, valueString })),
  });
}

describe('tenants', function () {
  this.timeout(60_000);
  let folder: string;
  let service: Harness;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-tenants-'));
    for (const name of ['store', 'north', 'both']) mkdirSync(join(folder, name));
    const all = 'system/*.cruds+cairn/operate+cairn/audit+cairn/purge';
    service = await startHarness(
      {
        CAIRN_STORE: join(folder, 'store'),
        CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
        CAIRN_KEYS: [
          key('north', all, 'north'),
          key('south', all, 'south'),
          key('plain', 'operate'),
          key('ops', `${all}+cairn/tenants`),
          key('submit', 'system/Bundle.c', 'north'),
          key('reads', 'system/Bundle.r', 'north'),
          key('audits', 'cairn/audit', 'north'),
          key('purges', 'cairn/purge', 'north'),
          key('small', 'system/*.cruds+cairn/operate', 'small'),
        ].join(','),
        CAIRN_TENANTS: JSON.stringify([{ name: 'small', documentsPerMinute: 3, storedMegabytes: 0.001 }]),
        CAIRN_RECEIVERS: JSON.stringify([
          { kind: 'folder', name: 'north', path: join(folder, 'north'), when: { tenants: ['north'] } },
          { kind: 'folder', name: 'both', path: join(folder, 'both'), when: { tenants: ['*'] } },
        ]),
      },
      realConverter,
    );
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  const as = (name: string, path: string, init: RequestInit = {}): Promise<Response> =>
    service.call(path, { ...init, headers: { ...(init.headers as object), 'X-API-Key': `${name}-key` } });
  const list = async (name: string, headers = {}): Promise<string[]> => {
    const answer = (await (await as(name, '/documents', { headers })).json()) as Bundle;
    return (answer.entry ?? []).map(({ resource }) => resource!.id!);
  };

  async function submit(name: string, body: Buffer | string = sample): Promise<string> {
    const accepted = await as(name, '/documents?wait=20', post(body));
    expect(accepted.status, await accepted.clone().text()).to.equal(200);
    return /documents\/([^/]+)/.exec(accepted.headers.get('content-location')!)![1]!;
  }

  let north: string;
  let south: string;

  it('have a copy each of the same document, and see only their own', async () => {
    north = await submit('north');
    south = await submit('south');
    expect(north).not.to.equal(south);
    expect(await list('north')).to.deep.equal([north]);
    expect(await list('south')).to.deep.equal([south]);
    expect(await list('plain')).to.deep.equal([]);
    expect(await list('ops')).to.deep.equal([]);
    expect(await list('ops', { 'Cairn-Tenant': 'south' })).to.deep.equal([south]);
  });

  it('find nothing under an id of another tenant, by any route', async () => {
    const begun = await as('south', '/$export');
    const job = /exports\/([^/]+)/.exec(begun.headers.get('content-location')!)![1]!;
    const imported = await as('south', '/$import', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: JSON.stringify({ content: '<ClinicalDocument/>' }),
    });
    const importing = /imports\/([^/]+)/.exec(imported.headers.get('content-location')!)![1]!;
    const replayed = await as('south', '/$replay', { method: 'POST', headers: json, body: parameters(['id', south]) });
    const replaying = /replays\/([^/]+)/.exec(replayed.headers.get('content-location')!)![1]!;
    let count = 0;
    for (const { method, path } of service.routes) {
      if (!path.includes('{id}') || path.startsWith('/purposes') || path.startsWith('/terms')) continue;
      const id = path.startsWith('/imports')
        ? importing
        : path.startsWith('/replays')
          ? replaying
          : path.startsWith('/documents')
            ? south
            : job;
      const real = path.replace('{id}', id).replace('{number}', '0').replace('{name}', 'Patient.000.ndjson');
      const answer = await as('north', real, { method: method.toUpperCase() });
      expect(answer.status, `${method} ${path}`).to.equal(404);
      count++;
    }
    expect(count).to.be.above(15);
    expect(
      await as('north', '/$replay', { method: 'POST', headers: json, body: parameters(['id', south]) }),
    ).to.have.property('status', 202);
    expect(
      await as('north', '/$purge', {
        method: 'POST',
        headers: json,
        body: parameters(['id', south], ['reason', 'x']),
      }).then(async (answer) => (await answer.json()) as object),
    ).to.deep.include({ documents: 0 });
    expect(await list('south')).to.include(south);
  });

  it('have their own receivers and backlog, and cannot steer those of others', async () => {
    const names = async (name: string): Promise<string[]> =>
      ((await (await as(name, '/receivers')).json()) as { name: string }[]).map((one) => one.name);
    expect(await names('north')).to.deep.equal(['north', 'both']);
    expect(await names('south')).to.deep.equal(['both']);
    expect(await names('ops')).to.deep.equal(['north', 'both']);
    for (let tries = 0; tries < 100 && readdirSync(join(folder, 'both')).length < 2; tries++) await delay(50);
    expect(readdirSync(join(folder, 'north'))).to.deep.equal([`${north}.json`]);
    expect(readdirSync(join(folder, 'both'))).to.have.members([`${north}.json`, `${south}.json`]);
    expect((await as('south', '/receivers/north/$pause', { method: 'POST' })).status).to.equal(404);
    expect((await as('south', '/receivers/both/$pause', { method: 'POST' })).status).to.equal(403);
    expect((await as('north', '/receivers/north/$pause', { method: 'POST' })).status).to.equal(200);
    expect((await as('north', '/receivers/north/$resume', { method: 'POST' })).status).to.equal(200);
    expect((await as('ops', '/receivers/both/$pause', { method: 'POST' })).status).to.equal(200);
    expect((await as('ops', '/receivers/both/$resume', { method: 'POST' })).status).to.equal(200);
  });

  it('see their own numbers and audit log; an operator of all tenants sees all', async () => {
    const sum = async (name: string, headers = {}): Promise<number> => {
      const answer = (await (await as(name, '/store', { headers })).json()) as { states: Record<string, number> };
      return Object.values(answer.states).reduce((total, count) => total + count, 0);
    };
    // Beside its document, south has what it imported.
    for (let tries = 0; tries < 100 && (await sum('south')) < 2; tries++) await delay(50);
    expect([await sum('north'), await sum('south'), await sum('plain')]).to.deep.equal([1, 2, 0]);
    expect([await sum('ops'), await sum('ops', { 'Cairn-Tenant': 'north' })]).to.deep.equal([3, 1]);
    const audits = (await (await as('north', '/AuditEvent?subtype=accept')).json()) as Bundle;
    expect(audits.entry).to.have.lengthOf(1);
    // What the page of operations lives by.
    const events = await fetch(`${service.address}/operations/events`, { headers: { 'X-API-Key': 'north-key' } });
    const reader: ReadableStreamDefaultReader<Uint8Array> = events.body!.getReader();
    const first = await reader.read();
    await reader.cancel();
    expect(Buffer.from(first.value!).toString())
      .to.match(/"name":"north"/)
      .and.to.match(/"waiting":0/);
    expect((await as('north', '/$backup')).status).to.equal(403);
    expect((await as('north', '/metrics')).status).to.equal(403);
    expect((await as('ops', '/metrics')).status).to.equal(200);
  });

  it('refuse clients that may not act for them', async () => {
    const headers = { 'Cairn-Tenant': 'south' };
    expect((await as('north', '/documents', { headers })).status).to.equal(403);
    expect((await as('plain', '/documents', { headers })).status).to.equal(403);
    expect((await as('north', '/documents', { headers: { 'Cairn-Tenant': 'north' } })).status).to.equal(200);
    expect((await as('ops', '/documents', { headers: { 'Cairn-Tenant': '../x' } })).status).to.equal(400);
  });

  it('have keys that may only do what their scopes say', async () => {
    const may = async (name: string): Promise<Record<string, boolean>> => {
      const bad = { method: 'POST', headers: json, body: '{}' };
      const tries: [string, Response][] = [
        ['submit', await as(name, '/documents', post(Buffer.from('')))],
        ['convert', await as(name, '/convert', post(Buffer.from('')))],
        ['status', await as(name, `/documents/${north}`)],
        ['read', await as(name, `/documents/${north}/$bundle`)],
        ['list', await as(name, '/documents')],
        ['operate', await as(name, '/store')],
        ['audit', await as(name, '/AuditEvent')],
        ['purge', await as(name, '/$purge', bad)],
      ];
      return Object.fromEntries(tries.map(([what, { status }]) => [what, status !== 403]));
    };
    const none = {
      submit: false,
      convert: false,
      status: false,
      read: false,
      list: false,
      operate: false,
      audit: false,
      purge: false,
    };
    expect(await may('submit')).to.deep.equal({ ...none, submit: true, convert: true, status: true });
    expect(await may('reads')).to.deep.equal({ ...none, status: true, read: true, list: true });
    expect(await may('audits')).to.deep.equal({ ...none, audit: true });
    expect(await may('purges')).to.deep.equal({ ...none, purge: true });
    const refused = (await (await as('submit', '/AuditEvent')).json()) as OperationOutcome;
    expect(refused.issue[0]!.details?.text).to.equal('This key does not grant cairn/audit.');
  });

  it('can send documents while they are within their quota', async () => {
    await submit('small');
    // The store now holds more of it than it may.
    const full = await as('small', '/documents', post('<ClinicalDocument/>'));
    expect([full.status, full.headers.get('retry-after')]).to.deep.equal([507, '300']);
    const outcome = (await full.json()) as OperationOutcome;
    expect(outcome.issue[0]).to.deep.include({ severity: 'error', code: 'too-costly' });
    expect(
      (
        await as('small', '/$import', {
          method: 'POST',
          headers: { 'Content-Type': 'application/x-ndjson' },
          body: '{"content":"x"}',
        })
      ).status,
    ).to.equal(507);
    // Others are not concerned.
    expect((await as('north', '/documents', post('<ClinicalDocument/>'))).status).to.equal(202);
  });
});

describe('the quota of a tenant', () => {
  it('limits documents in any minute, and says when to try again', async () => {
    let now = 1_000_000;
    const quotas = createQuotas({} as Store, [{ name: '*', documentsPerMinute: 2 }, { name: 'free' }], () => now);
    await quotas.check('a');
    quotas.note('a', 10);
    now += 20_000;
    quotas.note('a', 10);
    const refusal = async (tenant: string): Promise<unknown> => quotas.check(tenant).catch((error: unknown) => error);
    const error = (await refusal('a')) as ServiceError;
    expect([error.status, error.details.headers?.['Retry-After']]).to.deep.equal([429, '40']);
    expect(await refusal('b')).to.equal(undefined);
    for (let count = 0; count < 10; count++) quotas.note('free', 10);
    expect(await refusal('free')).to.equal(undefined);
    now += 40_001;
    expect(await refusal('a')).to.equal(undefined);
  });

  it('limits the stored bytes, which are counted again after a while', async () => {
    let now = 1_000_000;
    let bytes = 500_000;
    let looks = 0;
    const store = { of: () => ({ ask: () => Promise.resolve((looks++, bytes)) }) } as unknown as Store;
    const quotas = createQuotas(store, [{ name: 'a', storedMegabytes: 1 }], () => now);
    await quotas.check('a');
    quotas.note('a', 500_000);
    const error = await quotas.check('a').catch((one: unknown) => one);
    expect(error).to.be.instanceOf(ServiceError).and.to.have.property('status', 507);
    expect(looks).to.equal(1);
    // Some was purged.
    bytes = 200_000;
    now += 11_000;
    await quotas.check('a');
    expect(looks).to.equal(2);
  });
});

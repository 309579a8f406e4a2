import { expect } from 'chai';
import { spawnSync, execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApp } from '../../../src/service/app.js';
import { seeded } from '../../seeded.js';
import { document, post, startHarness, type Harness } from '../harness.js';

interface Description {
  openapi: string;
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, unknown>; security?: unknown }>
  >;
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('service/routes/openapi', () => {
  let service: Harness;
  let description: Description;
  before(async () => {
    service = await startHarness({ CAIRN_REQUESTS_PER_MINUTE: '1000000' });
    description = (await (await service.call('/openapi.json')).json()) as Description;
  });
  after(() => service.stop());

  const described = (): string[] =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );

  it('describes every route of the router, and no other', () => {
    const { app } = createApp(service.service);
    const { stack } = (app as unknown as { router: { stack: Layer[] } }).router;
    const served = stack.flatMap(({ route }) =>
      // What answers 405 is registered for every method.
      route === undefined || route.methods.trace === true
        ? []
        : // express writes `:id` for `{id}`.
          Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`),
    );
    expect(described().sort()).to.deep.equal(served.sort());
  });

  it('serves every route that it describes', async () => {
    for (const route of described()) {
      const [method, path] = route.split(' ') as [string, string];
      const filled = path.replace('/purposes/{id}', '/purposes/risk-profile');
      const response = await service.call(filled, { method: method.toUpperCase() });
      expect(response.status, route).not.to.be.oneOf([404, 405, 500]);
    }
  });

  it('answers every other method of a described path with 405', async () => {
    for (const path of Object.keys(description.paths)) {
      for (const method of ['PUT', 'PATCH', 'DELETE'])
        expect((await service.call(path, { method })).status).to.equal(405);
    }
  });

  it('has one operationId for each operation, and a security if there is authentication', async () => {
    const ids = Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).to.equal(ids.length);
    expect(description.paths['/convert']!.post!.security).to.equal(undefined);
    const guarded = await startHarness({ CAIRN_KEYS: `feed:${'a'.repeat(64)}` });
    const other = (await (await guarded.call('/openapi.json')).json()) as Description;
    expect(other.paths['/convert']!.post!.security).to.have.length(2);
    expect(other.paths['/livez']!.get!.security).to.equal(undefined);
    await guarded.stop();
  });

  it('gives only the statuses that it describes, whatever is sent', async function () {
    this.timeout(120_000);
    // The client of the harness holds every answer against the description.
    const random = seeded(4);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const types = [
      'application/xml',
      'text/xml',
      'application/json',
      'multipart/form-data; boundary=b',
      'text/plain',
      '',
      'x',
      'application/fhir+json',
    ];
    const accepts = [
      '*/*',
      'application/fhir+json',
      'application/fhir+xml',
      'application/fhir+ndjson',
      'text/plain',
      'image/png',
      'nonsense',
      '*/*;q=0',
    ];
    const bodies = [
      '',
      '<a',
      document('x'),
      document('do:illformed'),
      '{}',
      'null',
      '--b\r\n\r\n--b--',
      '\u0000\uFFFF',
      '[1]',
    ];
    const queries = [
      '',
      '?bundle=document',
      '?bundle=%00',
      '?include=ledger,',
      '?include[]=x',
      '?timeZone=%E2%82%AC',
      '?sender=..',
      '?a&b&&=',
      '?mappings=__proto__',
      '?%',
      '?timeZone=constructor',
    ];
    for (let i = 0; i < 400; i++) {
      const [method, path] = pick(described()).split(' ') as [string, string];
      const headers = {
        'Content-Type': pick(types),
        Accept: pick(accepts),
        'Content-Encoding': pick(['identity', 'identity', 'gzip', 'x']),
      };
      const init = method === 'get' ? { headers: { Accept: headers.Accept } } : post(pick(bodies), headers);
      const response = await service.call(`${path}${pick(queries)}`, init);
      expect(response.status).not.to.equal(500);
    }
  });

  it('passes schemathesis', async function () {
    const tool = ['st', 'schemathesis'].find((name) => spawnSync(name, ['--version']).status === 0);
    if (tool === undefined) {
      console.warn('    skipped: schemathesis is not installed (pip install schemathesis)');
      this.skip();
    }
    this.timeout(180_000);
    // That a text is a C-CDA document, or a word a time zone, is more than a schema can say.
    const unsayable = ['--exclude-checks', 'positive_data_acceptance'];
    const args = [
      'run',
      `${service.address}/openapi.json`,
      '--max-examples',
      '20',
      '--seed',
      '1',
      '--no-color',
      ...unsayable,
    ];
    const { stdout } = await promisify(execFile)(tool, args, {
      env: { ...process.env, HYPOTHESIS_STORAGE_DIRECTORY: join(tmpdir(), 'hypothesis') },
    }).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout);
    });
    expect(stdout).to.match(/No issues found|0 failed|passed/);
  });
});

import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError, type SettingsSources } from '../../../src/service/settings/load.js';
import { printableSettings } from '../../../src/service/settings/print.js';
import { leaves } from '../../../src/service/settings/leaves.js';

const hash = 'a'.repeat(64);

describe('service/settings/load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-settings-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function file(text: string): string {
    const name = join(folder, 'settings.json');
    writeFileSync(name, text);
    return name;
  }

  function mistakes(sources: SettingsSources): readonly string[] {
    try {
      loadSettings(sources);
    } catch (error) {
      if (error instanceof SettingsError) return error.mistakes.map((mistake) => mistake.replace(`${folder}/`, ''));
      throw error;
    }
    return [];
  }

  it('needs nothing: every setting has a default that is safe', () => {
    expect(loadSettings({})).to.deep.include({ host: '127.0.0.1', port: 8080, insecure: false, keys: [] });
    expect(loadSettings({}).limits).to.include({ bodyMegabytes: 50 });
    expect(loadSettings({}).workers).to.include({ timeLimitSeconds: 30 });
  });

  it('lets the command line win over the environment, and the environment over the file', () => {
    const settings = loadSettings({
      file: file('{ "host": "localhost", "port": 1, "workers": { "count": 1, "queueLength": 5 } } // a comment'),
      environment: { PORT: '2', CAIRN_WORKERS: '2', CAIRN_LOG_LEVEL: '' },
      flags: [{ path: ['port'], value: 3, origin: '--port' }],
    });
    expect(settings).to.deep.include({ host: 'localhost', port: 3, logLevel: 'info' });
    expect(settings.workers).to.include({ count: 2, queueLength: 5, timeLimitSeconds: 30 });
  });

  it('reports all mistakes at once, each with the place where it was made', () => {
    const found = mistakes({
      file: file(
        '{\n  "prot": 8080,\n  "workers": { "count": 0 },\n  "keys": [\n    { "name": "a b", "hash": "x" }\n  ]\n}',
      ),
      environment: { CAIRN_QUEUE_LENGHT: '3', CAIRN_TIME_LIMIT_SECONDS: 'soon', HOST: '127.0.0.1' },
      flags: [{ path: ['port'], value: 'http', origin: '--port' }],
    });
    expect(found.join('\n')).to.match(/^CAIRN_QUEUE_LENGHT: no such setting; did you mean CAIRN_QUEUE_LENGTH\?$/m);
    expect(found.join('\n')).to.match(/^CAIRN_TIME_LIMIT_SECONDS: .*number/m);
    expect(found.join('\n')).to.match(/^--port: port: .*number/m);
    expect(found.join('\n')).to.match(/^settings\.json:2:\d+: prot: no such setting; did you mean port\?$/m);
    expect(found.join('\n')).to.match(/^settings\.json:3:25: workers\.count: /m);
    expect(found.join('\n')).to.match(/^settings\.json:5:15: keys\.0\.name: must be/m);
    expect(found.join('\n')).to.match(/^settings\.json:5:30: keys\.0\.hash: must be the SHA-256/m);
    expect(found).to.have.length(7);
  });

  it('says that a file does not exist, and where it is not JSON or not an object', () => {
    expect(mistakes({ file: file('{ "port": }') })[0]).to.match(/^settings\.json:1:11: not JSON/);
    expect(mistakes({ file: file('[]') })[0]).to.match(/^settings\.json:1:1: must be an object/);
    expect(mistakes({ file: file('') })[0]).to.match(/^settings\.json/);
    expect(mistakes({ file: join(folder, 'none.json') })).to.deep.equal(['none.json: cannot be read (ENOENT)']);
  });

  it('does not listen on an address other than loopback without authentication or --insecure', () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org']) {
      expect(mistakes({ environment: { HOST: host } })[0]).to.contain('--insecure');
      expect(mistakes({ environment: { HOST: host, CAIRN_INSECURE: 'true' } })).to.deep.equal([]);
      expect(mistakes({ environment: { HOST: host, CAIRN_KEYS: `feed:${hash}` } })).to.deep.equal([]);
    }
    for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '::1', '[::1]']) {
      expect(mistakes({ environment: { HOST: host } })).to.deep.equal([]);
    }
  });

  it('reads keys, lists and folders from the environment', () => {
    const settings = loadSettings({
      environment: {
        CAIRN_KEYS: `a:${hash}, b:${hash}:clinic:30`,
        CAIRN_MAPPINGS: '/one,two=/two',
        CAIRN_TRUST_PROXY: '10.0.0.0/8',
      },
    });
    expect(settings.keys).to.deep.equal([
      { name: 'a', hash },
      { name: 'b', hash, sender: 'clinic', requestsPerMinute: 30 },
    ]);
    expect(settings.mappings).to.deep.equal({ default: '/one', two: '/two' });
    expect(settings.trustProxy).to.deep.equal(['10.0.0.0/8']);
    expect(mistakes({ environment: { CAIRN_KEYS: 'feed' } })[0]).to.match(/^CAIRN_KEYS: keys\.0\.hash: must be/);
    expect(mistakes({ environment: { CAIRN_KEYS: `a:${hash},a:${hash}` } })[0]).to.contain('same name');
  });

  it('checks the files for TLS and tokens before it starts', () => {
    const jwks = join(folder, 'jwks.json');
    writeFileSync(jwks, '{}');
    const jwt = { CAIRN_JWT_ISSUER: 'i', CAIRN_JWT_AUDIENCE: 'a' };
    expect(mistakes({ environment: { ...jwt, CAIRN_JWT_JWKS: jwks } })[0]).to.contain('no JWKS');
    expect(mistakes({ environment: { ...jwt, CAIRN_JWT_JWKS: 'http://x.example/jwks' } })[0]).to.contain('https');
    expect(mistakes({ environment: { CAIRN_JWT_ISSUER: 'i' } })).to.have.length(2);
    const tls = { CAIRN_TLS_CERTIFICATE: jwks, CAIRN_TLS_KEY: join(folder, 'none') };
    expect(mistakes({ environment: tls })).to.deep.equal([`tls.key: none cannot be read (ENOENT)`]);
    expect(mistakes({ environment: { ...tls, CAIRN_TLS_KEY: jwks } })[0]).to.contain('belong together');
    expect(mistakes({ environment: { CAIRN_TLS_KEY: jwks } })[0]).to.contain('tls.certificate');
  });

  it('reports a scope that grants nothing, and an older setting that no longer opens everything', () => {
    const jwt = { CAIRN_JWT_ISSUER: 'i', CAIRN_JWT_AUDIENCE: 'a', CAIRN_JWT_JWKS: 'https://example.org/jwks' };
    expect(mistakes({ environment: { ...jwt, CAIRN_JWT_OPERATE_SCOPE: 'admin' } })).to.deep.equal([
      'jwt.operateScope: no longer opens purge and audit, which have scopes of their own: set jwt.purgeScope and jwt.auditScope, too (to the same scope where all is to be as before)',
    ]);
    const all = { CAIRN_JWT_OPERATE_SCOPE: 'admin', CAIRN_JWT_PURGE_SCOPE: 'admin', CAIRN_JWT_AUDIT_SCOPE: 'admin' };
    expect(loadSettings({ environment: { ...jwt, ...all } }).jwt).to.include({ purgeScope: 'admin' });
    expect(mistakes({ environment: { CAIRN_KEYS: `a:${hash}:::cairn/oparate` } })[0]).to.match(
      /grants nothing here; scopes are system\/Bundle.c/,
    );
    const both = file(JSON.stringify({ keys: [{ name: 'a', hash, operate: true, scopes: ['cairn/audit'] }] }));
    expect(mistakes({ file: both })[0]).to.match(/has both scopes and operate/);
    expect(
      loadSettings({ environment: { CAIRN_KEYS: `a:${hash}:::operate,b:${hash}:::cairn/audit+cairn/purge:north` } })
        .keys,
    ).to.deep.equal([
      { name: 'a', hash, operate: true },
      { name: 'b', hash, scopes: ['cairn/audit', 'cairn/purge'], tenant: 'north' },
    ]);
  });

  it('requires each receiver to say which tenants’ documents go there, if there are tenants', () => {
    const receivers = [
      { kind: 'folder', name: 'one', path: folder },
      { kind: 'folder', name: 'two', path: folder, when: { tenants: ['north'] } },
    ];
    const environment = { CAIRN_STORE: folder, CAIRN_RECEIVERS: JSON.stringify(receivers) };
    expect(loadSettings({ environment }).receivers).to.have.lengthOf(2);
    const told = mistakes({ environment: { ...environment, CAIRN_KEYS: `a:${hash}::::north` } });
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.match(/^receivers: one: with tenants.*when.tenants/);
  });

  it('reports settings of Kafka that contradict each other, and reads all of them from the environment', () => {
    const kafka = { CAIRN_KAFKA_BROKERS: 'a:9092, b.example.org:9092', CAIRN_KAFKA_TOPICS: 'in,more' };
    const stream = { ...kafka, CAIRN_KAFKA_TO: 'out', CAIRN_ROLES: 'work' };
    expect(loadSettings({ environment: stream }).kafka).to.deep.include({
      brokers: ['a:9092', 'b.example.org:9092'],
      topics: ['in', 'more'],
      group: 'cairn',
      from: 'earliest',
    });
    const tls = { CAIRN_KAFKA_TLS: 'true', CAIRN_KAFKA_LOGIN: 'PLAIN', CAIRN_KAFKA_USER: 'u' };
    expect(mistakes({ environment: { ...stream, ...tls } })).to.deep.equal([
      'kafka.login: PLAIN needs user and passwordFile',
    ]);
    expect(mistakes({ environment: { ...stream, CAIRN_KAFKA_LOGIN: 'OAUTHBEARER' } })[0]).to.contain('needs tokenFile');
    expect(mistakes({ environment: { ...stream, CAIRN_KAFKA_TLS_KEY_FILE: 'k' } })[0]).to.contain('belong together');
    expect(mistakes({ environment: kafka })).to.deep.equal([
      'kafka.to: without a store, Bundles need a topic: set kafka.to (or store: --store DIR)',
    ]);
    expect(mistakes({ environment: { ...stream, CAIRN_STORE: folder, CAIRN_ROLES: '' } })[0]).to.contain('kind kafka');
    expect(mistakes({ environment: { ...stream, CAIRN_KAFKA_TO: 'in' } })[0]).to.contain('would come in again');
    expect(mistakes({ environment: { ...stream, CAIRN_ROLES: 'deliver' } })[0]).to.contain('`work`');
    expect(mistakes({ environment: { CAIRN_KAFKA_TOPICS: 'in' } })[0]).to.contain('kafka.brokers');
    expect(mistakes({ environment: { ...stream, CAIRN_KAFKA_BROKERS: 'kafka://a' } })[0]).to.contain('host and a port');
    const receiver = { kind: 'kafka', name: 'k', brokers: ['a:9092'], topic: 'in' };
    const both = { ...kafka, CAIRN_STORE: folder, CAIRN_RECEIVERS: JSON.stringify([receiver]) };
    expect(mistakes({ environment: both })[0]).to.contain('receivers: k: in is also a topic that is read');
  });

  it('prints the effective settings without secrets, in a form that it reads again', () => {
    const environment = {
      CAIRN_KEYS: `feed:${hash}`,
      CAIRN_JWT_ISSUER: 'i',
      CAIRN_JWT_AUDIENCE: 'a',
      CAIRN_JWT_JWKS: 'https://user:password@example.org/jwks?token=secret',
    };
    const text = printableSettings(loadSettings({ environment }));
    for (const secret of [hash, 'password', 'secret']) expect(text).not.to.contain(secret);
    expect(text).to.contain('"feed"').and.to.contain('"bodyMegabytes": 50');
    const again = loadSettings({ file: file(text.replace('(hidden)', hash)) });
    expect(again.keys).to.deep.equal([{ name: 'feed', hash }]);
  });

  it('is described in docs/service.md, setting by setting', () => {
    const text = readFileSync(new URL('../../../docs/service.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
    for (const { path, environment, description } of leaves()) {
      expect(text).to.contain(`| \`${path.join('.')}\` | \`${environment}\` |`);
      expect(text).to.contain(description);
    }
  });

  it('has one environment variable for each setting', () => {
    const names = leaves().map(({ environment }) => environment);
    expect(new Set(names).size).to.equal(names.length);
  });
});

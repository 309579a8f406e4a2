import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { document, post } from './harness.js';
import { serveProcess, type ServiceProcess } from './service-process.js';

describe('service/serve', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-serve-'));
  const running: ServiceProcess[] = [];
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(args: string[], environment: Record<string, string> = {}): ServiceProcess {
    const started = serveProcess(args, environment);
    running.push(started);
    return started;
  }

  it('prints its address and a line to copy, and logs only JSON lines', async () => {
    const { listening, out, err } = run(['--port', '0']);
    const address = await listening();
    expect(err.join('')).to.contain(`Cairn listens on ${address}`);
    expect(err.join('')).to.contain(
      `curl -H "Content-Type: application/xml" --data-binary @samples/progress-note.xml ${address}/convert`,
    );
    await fetch(`${address}/convert`, post(document('x')));
    for (const line of out.join('').trim().split('\n')) expect(JSON.parse(line)).to.be.an('object');
  });

  it('finishes running work on SIGTERM, accepts no new work, and exits with 0', async () => {
    const { child, listening, code, said } = run(['--port', '0']);
    const address = await listening();
    const slow = fetch(`${address}/convert`, post(document('do:sleep=1500')));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    await said('draining');
    expect(
      await fetch(`${address}/readyz`).then(
        () => 'answered',
        () => 'refused',
      ),
    ).to.equal('refused');
    expect((await slow).status).to.equal(200);
    expect(await code).to.equal(0);
  });

  it('does not wait longer than the limit when it drains', async () => {
    const { child, listening, code } = run(['--port', '0'], { CAIRN_DRAIN_SECONDS: '0.5' });
    const hung = fetch(`${await listening()}/convert`, post(document('do:hang'))).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    expect(await code).to.equal(0);
    expect(await hung).to.equal('cut');
  });

  it('loads the mappings again on SIGHUP, and uses them only if they are good', async () => {
    writeFileSync(join(folder, 'set.json'), 'first');
    const { child, listening, said, out } = run(['--port', '0', '--mappings', folder]);
    const address = await listening();
    const hash = async (): Promise<string | null> =>
      (await fetch(`${address}/convert`, post(document('x')))).headers.get('cairn-mapping-hash');
    expect(await hash()).to.equal('first');
    writeFileSync(join(folder, 'set.json'), 'second');
    expect(await hash()).to.equal('first');
    child.kill('SIGHUP');
    await said('mappings reloaded');
    expect(await hash()).to.equal('second');
    writeFileSync(join(folder, 'set.json'), 'mistake');
    child.kill('SIGHUP');
    await said('mappings kept');
    expect(out.join('')).to.contain('"file":"set.json","line":2');
    expect(await hash()).to.equal('second');
  });

  it('starts a new worker with the mappings in use, even while their folder is being edited', async () => {
    writeFileSync(join(folder, 'set.json'), 'first');
    const { listening, said } = run(['--port', '0', '--mappings', folder], { CAIRN_WORKERS: '1' });
    const address = await listening();
    writeFileSync(join(folder, 'set.json'), 'mistake');
    await fetch(`${address}/convert`, post(document('do:exit')));
    await said('worker replaced');
    expect((await fetch(`${address}/convert`, post(document('x')))).headers.get('cairn-mapping-hash')).to.equal(
      'first',
    );
  });

  it('reports every mistake of the mappings, and exits with 1', async () => {
    writeFileSync(join(folder, 'set.json'), 'mistake');
    const { code, err, out } = run(['--port', '0', '--mappings', folder]);
    expect(await code).to.equal(1);
    expect(err.join('')).to.equal('cairn: set.json:2:3: no such element; did you mean code?\n');
    expect(out.join('')).to.equal('');
  });

  it('says that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, err } = run(['--port', String(port)]);
    expect(await code).to.equal(1);
    expect(err.join('')).to.contain(`port ${port} of 127.0.0.1 is taken`);
    server.close();
  });

  it('refuses missing authentication, unknown arguments and wrong settings in one line each', async () => {
    const [open, unknown, wrong] = [
      run(['--host', '0.0.0.0']),
      run(['--prot', '1']),
      run(['--port', 'x', '--host', '']),
    ];
    expect([await open.code, await unknown.code, await wrong.code]).to.deep.equal([1, 1, 1]);
    expect(open.err.join('')).to.match(/^cairn: host: 0\.0\.0\.0 is reachable .* --insecure/);
    expect(unknown.err.join('')).to.match(/^cairn: Unknown option '--prot'.*\n$/);
    expect(wrong.err.join('').trim().split('\n')).to.have.length(2);
  });

  it('prints the effective settings, makes keys, and helps', async () => {
    const [config, key, help] = [
      run(['--print-config', '--port', '9000']),
      run(['--new-key', 'feed']),
      run(['--help']),
    ];
    expect([await config.code, await key.code, await help.code]).to.deep.equal([0, 0, 0]);
    expect(JSON.parse(config.out.join(''))).to.include({ port: 9000, host: '127.0.0.1' });
    expect(key.out.join(''))
      .to.match(/cairn_[\w-]{43}\n/)
      .and.to.match(/CAIRN_KEYS=feed:[0-9a-f]{64}\n/);
    expect(help.out.join('')).to.contain('--settings FILE');
  });

  it('speaks TLS with the files of the settings', async function () {
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    try {
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '1',
          '-keyout',
          key,
          '-out',
          certificate,
          ...subject,
        ],
        { stdio: 'ignore' },
      );
    } catch {
      console.warn('    skipped: openssl is not here to make a certificate');
      this.skip();
    }
    const { listening } = run(['--port', '0'], { CAIRN_TLS_CERTIFICATE: certificate, CAIRN_TLS_KEY: key });
    const address = await listening();
    expect(address).to.match(/^https:/);
    const agent = new Agent({ rejectUnauthorized: false });
    const status = await new Promise((resolve, reject) => {
      request(`${address}/livez`, { agent }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers['strict-transport-security'] !== undefined]);
      })
        .on('error', reject)
        .end();
    });
    expect(status).to.deep.equal([200, true]);
  });
});

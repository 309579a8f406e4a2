import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { Bundle, Task } from 'fhir/r4.js';
import { outcome, startDouble, type Double } from '../../delivery/double.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';

const documentOf = (number: number, confidentiality = 'N'): string =>
  sample
    .toString()
    .replaceAll('PN-20240306-0082', `PN-${number}`)
    .replaceAll('PN-0082', `S-${number}`)
    .replace(/<confidentialityCode code="\w"/, `<confidentialityCode code="${confidentiality}"`);

interface ReceiverState {
  readonly name: string;
  readonly state: string;
  readonly waiting: number;
  readonly dead: number;
  readonly delivered: number;
}

describe('receivers', function () {
  this.timeout(120_000);
  const secret = Buffer.alloc(32, 7);
  const calls: { headers: IncomingHttpHeaders; body: string }[] = [];
  const hook = createServer((request, response) => {
    void buffer(request).then((body) => {
      calls.push({ headers: request.headers, body: body.toString('utf8') });
      response.end();
    });
  });
  let folder: string;
  let double: Double;
  let service: Harness;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-receivers-'));
    for (const name of ['store', 'out', 'all']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'secret'), `whsec_${secret.toString('base64')}`);
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    double = await startDouble();
    service = await startHarness(
      {
        CAIRN_STORE: join(folder, 'store'),
        CAIRN_RECEIVERS: JSON.stringify([
          { kind: 'fhir', name: 'server', url: double.url },
          { kind: 'folder', name: 'out', path: join(folder, 'out') },
          { kind: 'folder', name: 'all', path: join(folder, 'all'), confidentiality: ['R', 'V'] },
          {
            kind: 'webhook',
            name: 'hook',
            url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
            secretFile: join(folder, 'secret'),
            when: { senders: ['nobody'] },
          },
          {
            kind: 'webhook',
            name: 'bell',
            url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
            secretFile: join(folder, 'secret'),
          },
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

  /** The Task once every receiver has it or has refused it. */
  async function delivered(text: string): Promise<Task> {
    const accepted = await service.call('/documents?wait=30', post(text));
    const place = accepted.headers.get('content-location')!;
    for (;;) {
      const task = (await (await service.call(place)).json()) as Task;
      if (task.businessStatus!.text !== 'converted') return task;
      await delay(50);
    }
  }

  const stateOf = async (name: string): Promise<ReceiverState> =>
    ((await (await service.call('/receivers')).json()) as ReceiverState[]).find((one) => one.name === name)!;

  it('get the documents that are meant for them, and the Task says so', async () => {
    const task = await delivered(documentOf(1));
    expect(task.businessStatus!.text).to.equal('delivered');
    const lines = task.output!.filter(({ type }) => type.text === 'delivery').map(({ valueString }) => valueString);
    expect(lines.map((line) => line!.split(':')[0])).to.deep.equal(['all', 'bell', 'out', 'server']);
    const bundle = (await (await service.call(`/documents/${task.id!}/$bundle`)).json()) as Bundle;
    expect(JSON.parse(readFileSync(join(folder, 'out', `${task.id!}.json`), 'utf8'))).to.deep.equal(bundle);
    expect(readdirSync(join(folder, 'out'))).to.have.lengthOf(1);
    expect(double.resources.size).to.equal(bundle.entry!.length);
    expect(await stateOf('server')).to.include({ state: 'up', waiting: 0, delivered: 1, dead: 0 });
  });

  it('get webhooks that are signed as Standard Webhooks says, without data of the patient', () => {
    const { headers, body } = calls[0]!;
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = createHmac('sha256', secret).update(signed).digest('base64');
    expect(headers['webhook-signature']).to.equal(`v1,${expected}`);
    expect(JSON.parse(body)).to.include({ type: 'document.converted' });
    expect(body).not.to.match(/MRN-338104|999-41-3072/);
  });

  it('get restricted documents only if their settings name the code', async () => {
    const task = await delivered(documentOf(2, 'R'));
    const lines = task.output!.filter(({ type }) => type.text === 'delivery').map(({ valueString }) => valueString);
    expect(lines).to.deep.equal(['all: delivered, 1 sent, 0 the same, 0 older, 0 removed']);
  });

  it('that refuse have dead letters, which can be sent again', async () => {
    double.faults = [{ status: 422, body: JSON.stringify(outcome('unknown profile')) }];
    const task = await delivered(documentOf(3));
    expect(task.businessStatus!.text).to.equal('undelivered');
    const { letters } = (await (await service.call('/receivers/server/$dead')).json()) as { letters: object[] };
    expect(letters).to.have.lengthOf(1);
    expect(letters[0]).to.deep.include({ document: task.id, status: 422, outcome: outcome('unknown profile') });
    const again = await service.call('/receivers/server/$redeliver', { method: 'POST' });
    expect(await again.json()).to.deep.equal({ documents: 1 });
    while ((await stateOf('server')).waiting > 0) await delay(50);
    expect(await stateOf('server')).to.include({ dead: 0 });
  });

  it('are paused and resumed', async () => {
    expect(await (await service.call('/receivers/server/$pause', { method: 'POST' })).json()).to.include({
      state: 'paused',
    });
    const accepted = await service.call('/documents?wait=30', post(documentOf(4)));
    await delay(300);
    expect(await stateOf('server')).to.include({ state: 'paused', waiting: 1 });
    await service.call('/receivers/server/$resume', { method: 'POST' });
    while ((await stateOf('server')).waiting > 0) await delay(50);
    const task = (await (await service.call(accepted.headers.get('content-location')!)).json()) as Task;
    expect(task.businessStatus!.text).to.equal('delivered');
    expect((await service.call('/receivers/nobody/$pause', { method: 'POST' })).status).to.equal(404);
  });

  it('get nothing twice: a replay sends only changes', async () => {
    const before = double.requests.length;
    const task = await delivered(documentOf(1));
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'id', valueString: task.id },
        { name: 'action', valueString: 'deliver' },
      ],
    };
    await service.call('/$replay', post(JSON.stringify(body), { 'Content-Type': 'application/json' }));
    await delay(1500);
    while ((await stateOf('server')).waiting > 0) await delay(50);
    expect(double.requests.length).to.equal(before);
  });

  it('get a login with a key, as SMART Backend Services says', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    let assertion = '';
    const tokens = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        if (request.url === '/.well-known/smart-configuration') {
          response.end(JSON.stringify({ token_endpoint: `${address}/token` }));
          return;
        }
        if (request.url === '/metadata') {
          response.end(JSON.stringify({ resourceType: 'CapabilityStatement' }));
          return;
        }
        if (request.url === '/token') {
          assertion = new URLSearchParams(bytes.toString()).get('client_assertion')!;
          response.end(JSON.stringify({ access_token: 'granted', expires_in: 300, token_type: 'bearer' }));
          return;
        }
        response.writeHead(request.headers.authorization === 'Bearer granted' ? 200 : 401).end('{}');
      });
    });
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}`;
    mkdirSync(join(folder, 'smart'));
    const smart = await startHarness(
      {
        CAIRN_STORE: join(folder, 'smart'),
        CAIRN_RECEIVERS: JSON.stringify([
          {
            kind: 'fhir',
            name: 's',
            url: address,
            login: { kind: 'smart', clientId: 'cairn', keyFile: join(folder, 'key.pem'), keyId: 'k' },
          },
        ]),
      },
      realConverter,
    );
    const accepted = await smart.call('/documents?wait=30', post(documentOf(5)));
    for (;;) {
      const task = (await (await smart.call(accepted.headers.get('content-location')!)).json()) as Task;
      if (task.businessStatus!.text === 'delivered') break;
      await delay(50);
    }
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    await jwtVerify(assertion, await importSPKI(pem, 'ES384'), { audience: `${address}/token`, issuer: 'cairn' });
    expect(decodeProtectedHeader(assertion)).to.deep.equal({ alg: 'ES384', typ: 'JWT', kid: 'k' });
    expect(decodeJwt(assertion)).to.include({ sub: 'cairn' });
    await smart.stop();
    tokens.close();
  });

  it('prevent the start if they do not match the settings, with a message what to do', async () => {
    const plain = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const start = async (receiver: object): Promise<string> => {
      const store = mkdtempSync(join(tmpdir(), 'cairn-refused-'));
      try {
        const harness = await startHarness({
          CAIRN_STORE: store,
          CAIRN_RECEIVERS: JSON.stringify([{ name: 'x', ...receiver }]),
        });
        await harness.stop();
        return '';
      } catch (error) {
        return (error as Error).message;
      } finally {
        rmSync(store, { recursive: true });
      }
    };
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    expect(await start({ kind: 'fhir', url })).to.match(/^receiver x: .* is no FHIR server: .*url must be the base/);
    expect(await start({ kind: 'fhir', url: 'ftp://a' })).to.match(/must be an http or https address/);
    expect(await start({ kind: 'folder', path: join(folder, 'none') })).to.match(
      /none is no folder, or cannot be written/,
    );
    expect(await start({ kind: 'webhook', url, secretFile: join(folder, 'none') })).to.match(
      /none cannot be read \(ENOENT\)/,
    );
    expect(await start({ kind: 'horse' })).to.match(/CAIRN_RECEIVERS/);
    plain.close();
  });
});

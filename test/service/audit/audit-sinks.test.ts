/** The audit as it goes to a file and to servers of logs. */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import { startAuditSending, type AuditSending } from '../../../src/service/audit/send-audit.js';
import { syslogSink, type SyslogTls } from '../../../src/service/audit/syslog.js';
import { selfSigned } from '../../certificate.js';
import { runCairn } from '../../cli/cairn.js';
import { opened, type Opened } from '../../store/opened.js';
import { document, fakeConverter, post, startHarness, type Harness } from '../harness.js';

interface Line {
  readonly link: number;
  readonly previous: string;
  readonly hash: string;
  readonly hashed: unknown[];
  readonly event: { readonly resourceType: string; readonly subtype: { readonly display: string }[] };
}

const linesOf = (file: string): Line[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Line)
    : [];

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return;
    await delay(50);
  }
  throw new Error(`never: ${what}`);
}

/** Octet counting (RFC 6587): a length, a space, so many bytes. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(' ', at);
    const end = space + 1 + Number(bytes.subarray(at, space).toString());
    messages.push(bytes.subarray(space + 1, end).toString());
    at = end;
  }
  return messages;
}

const linkOf = (message: string): number => (JSON.parse(message.slice(message.indexOf('{'))) as Line).link;

describe('the audit log in a file', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'cairn-audit-'));
  const file = join(folder, 'audit.log');
  let service: Harness;
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it('has one line for each row, in a chain that can be checked without the store, also if the file is rotated', async () => {
    mkdirSync(join(folder, 'store'));
    service = await startHarness({
      CAIRN_STORE: join(folder, 'store'),
      CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
      CAIRN_AUDIT_FILE: file,
    });
    await service.call('/documents?wait=30', post(document('Zwetschgenbaum')));
    await until(() => linesOf(file).length === 1, 'the first line');
    renameSync(file, `${file}.1`);
    const { headers } = await service.call('/documents?wait=30', post(document('two')));
    await service.call(headers.get('content-location')!.replace('$status', '$source'));
    await until(() => linesOf(file).length === 2, 'the lines after the rotation');
    let metrics = '';
    // A line is there a moment before the store knows it.
    for (let tries = 0; tries < 100 && !metrics.includes('cairn_audit_waiting{sink="file"} 0'); tries++)
      metrics = await (await service.call('/metrics')).text();
    expect(metrics)
      .to.include('cairn_audit_sink_up{sink="file"} 1')
      .and.to.include('cairn_audit_waiting{sink="file"} 0')
      .and.to.include('cairn_audit_sent_total{sink="file"} 3');
    const lines = [...linesOf(`${file}.1`), ...linesOf(file)];
    expect(lines.map(({ event }) => event.subtype[0]!.display)).to.deep.equal(['accept', 'accept', 'read']);
    let previous = '0'.repeat(64);
    for (const line of lines) {
      expect(line.previous).to.equal(previous);
      previous = createHash('sha256')
        .update(Buffer.from(previous, 'hex'))
        .update(JSON.stringify(line.hashed))
        .digest('hex');
      expect(line.hash).to.equal(previous);
    }
    expect(readFileSync(`${file}.1`, 'utf8')).not.to.include('Zwetschgenbaum');
  });

  it('can be checked by the command line, which finds changed and removed rows', async () => {
    const cairn = (...files: string[]) =>
      runCairn(['store', 'audit', '--verify', ...files], { converter: fakeConverter, worker: '' });
    const good = await cairn(`${file}.1`, file);
    expect(good).to.include({ code: 0, err: '' });
    expect(good.out).to.match(/^3 audited, 0 faults; the last link is 3, [0-9a-f]{64}\n$/);
    const lines = readFileSync(file, 'utf8').split('\n');
    const other = join(folder, 'other.log');
    // Twice is none too many.
    writeFileSync(other, [lines[0], ...lines].join('\n'));
    expect(await cairn(`${file}.1`, other)).to.include({ code: 0 });
    writeFileSync(other, lines.slice(1).join('\n'));
    expect((await cairn(`${file}.1`, other)).err).to.match(/1 are missing before link 3/);
    writeFileSync(other, lines.join('\n').replace('"accept"', '"read"'));
    expect((await cairn(`${file}.1`, other)).err).to.match(/other\.log:1: link 2 is not what was written/);
    expect((await cairn(join(folder, 'none'))).err).to.match(/cannot be read \(ENOENT\)/);
  });
});

describe('the audit log at a syslog server', function () {
  this.timeout(60_000);
  let open: Opened;
  let sending: AuditSending | undefined;
  let failures: string[];

  beforeEach(async () => {
    open = await opened();
    failures = [];
  });
  afterEach(async () => {
    await sending?.stop();
    await open.close();
  });

  const start = (address: string, tls?: SyslogTls): void => {
    sending = startAuditSending(
      open.store,
      syslogSink(address, tls),
      { onSent: () => undefined, onFailed: (_sink, why) => void failures.push(why) },
      50,
    );
  };
  const audit = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++)
      await open.store.of('').ask('audit', { action: 'read', agent: 'a', isRefused: index % 2 === 1 }, Date.now());
    await open.store.ask('chainAudit');
  };
  const waiting = (): Promise<number> => open.store.ask('auditWaiting', 'syslog');

  it('is sent by TCP in its order; after a failure the server gets all rows, which the store keeps until then', async () => {
    let bytes = Buffer.alloc(0);
    const sockets = new Set<Socket>();
    const listen = async (port: number): Promise<Server> => {
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined).on('data', (chunk) => (bytes = Buffer.concat([bytes, chunk])));
      });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server;
    };
    const server = await listen(0);
    const { port } = server.address() as AddressInfo;
    start(`tcp://127.0.0.1:${port}`);
    await audit(3);
    await until(() => bytes.length > 0, 'the first bytes');
    expect(messagesIn(bytes)[0]).to.match(
      /^<85>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ cairn \d+ FHIR\+AuditEvent - \{"link":1,/,
    );
    expect(messagesIn(bytes)[1]).to.match(/^<84>1 /);
    server.close();
    for (const socket of sockets) socket.destroy();
    await audit(2);
    await until(() => failures.includes('ECONNREFUSED'), 'a failure');
    expect(sending!.isUp).to.equal(false);
    const late = Date.now() + 100 * 86_400_000;
    const retention = { auditDays: 1, auditSinks: ['syslog'] };
    await open.store.ask('letGo', retention, 100, late);
    expect((await open.store.of('').ask('auditsOf', { count: 10 })).length).to.be.at.least(2);
    const next = await listen(port);
    await until(() => messagesIn(bytes).some((one) => linkOf(one) === 5), 'the last link');
    for (let tries = 0; tries < 100 && (await waiting()) > 0; tries++) await delay(50);
    expect(await waiting()).to.equal(0);
    expect([...new Set(messagesIn(bytes).map(linkOf))]).to.deep.equal([1, 2, 3, 4, 5]);
    expect(await open.store.ask('letGo', retention, 100, late)).to.be.above(0);
    expect(await open.store.of('').ask('auditsOf', { count: 10 })).to.deep.equal([]);
    next.close();
    for (const socket of sockets) socket.destroy();
  });

  it('is sent by TLS, but not to a server with an unknown certificate', async function () {
    const own = selfSigned(this);
    let bytes = Buffer.alloc(0);
    const server = createTlsServer({ cert: own.cert, key: own.key }, (socket) => {
      socket.on('error', () => undefined).on('data', (chunk) => (bytes = Buffer.concat([bytes, chunk])));
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await audit(1);
    start(`tls://localhost:${port}`);
    await until(() => failures.length > 0, 'a failure');
    expect(failures[0]).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(bytes.length).to.equal(0);
    await sending!.stop();
    // Another node: the lease of the first one is for half a minute.
    expect(await open.store.ask('auditToSend', 'syslog', 'another', 10)).to.equal(undefined);
    const sink = syslogSink(`tls://localhost:${port}`, { ca: own.cert });
    await sink.send([{ text: '{"link":1}', at: 0, isRefused: false }]);
    expect(messagesIn(bytes).map(linkOf)).to.deep.equal([1]);
    sink.close();
    server.close();
  });

  it('is sent by UDP, one datagram for each row', async () => {
    const socket = createSocket('udp4');
    const messages: string[] = [];
    socket.on('message', (message) => messages.push(message.toString()));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    start(`udp://127.0.0.1:${socket.address().port}`);
    await audit(2);
    await until(() => messages.length === 2, 'two datagrams');
    expect(messages.map(linkOf)).to.deep.equal([1, 2]);
    socket.close();
  });
});

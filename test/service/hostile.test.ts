/**
 * What nobody sends by accident. For each: a clear error in time, bounded memory, no stack trace, and other clients
 * who do not notice.
 */
import { expect } from 'chai';
import type { OperationOutcome } from 'fhir/r4.js';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { post, sample } from './harness.js';
import { peakMegabytes, serveProcess, type ServiceProcess } from './service-process.js';

const MEGABYTE = 1_000_000;
/** Far above what it takes, far below what would be a fault. */
const LIMIT = 5000;

describe('service against hostile clients', () => {
  let service: ServiceProcess;
  let address: string;
  let otherClient: ChildProcess;

  before(async () => {
    const environment = {
      CAIRN_WORKERS: '2',
      CAIRN_LARGE_WORKERS: '1',
      CAIRN_WORKER_MEMORY_MEGABYTES: '512',
      CAIRN_TIME_LIMIT_SECONDS: '5',
      CAIRN_QUEUE_LENGTH: '20',
      CAIRN_IN_FLIGHT_MEGABYTES: '200',
      CAIRN_REQUESTS_PER_MINUTE: '1000000',
    };
    service = serveProcess(['--port', '0'], environment, 'real');
    address = await service.listening();
    otherClient = fork(fileURLToPath(new URL('./other-client.ts', import.meta.url)), [address]);
  });

  after(async function () {
    otherClient.send('stop');
    const [troubles] = (await once(otherClient, 'message')) as [string[]];
    const peak = peakMegabytes(service.child.pid!);
    service.child.kill('SIGTERM');
    expect(await service.code).to.equal(0);
    expect(service.err.join('')).not.to.match(/ at .*:\d+:\d+|Error:/);
    expect(troubles, 'what another client saw').to.deep.equal([]);
    // The service itself: 200 MB of bodies in flight, which stand in memory twice while their pieces are joined and a third time
    // on their way to a worker, and some 100 MB of program; 550 to 730 were seen, as the collector has it. Unbounded it was 1100.
    if (peak !== undefined) expect(peak).to.be.lessThan(850);
  });

  const convert = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${address}/convert`, { ...post(body, headers), signal: AbortSignal.timeout(LIMIT) });

  async function expectError(response: Response, statuses: number[], codes: string[]): Promise<OperationOutcome> {
    const outcome = (await response.json()) as OperationOutcome;
    expect(response.status, JSON.stringify(outcome)).to.be.oneOf(statuses);
    expect(outcome.issue[0]!.code).to.be.oneOf(codes);
    return outcome;
  }

  const root = (content: string, before = ''): string =>
    `<?xml version="1.0"?>${before}<ClinicalDocument xmlns="urn:hl7-org:v3">${content}</ClinicalDocument>`;

  for (const [what, body] of Object.entries({
    'an external entity': root('&file;', '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'),
    'an external DTD': root('', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">'),
    'a parameter entity': root('', '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e"> %e;]>'),
    'a billion laughs': root('&l9;', `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs()}]>`),
    'quadratic entities': root('&a;'.repeat(100_000), `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(100_000)}">]>`),
    'an entity that nobody declared': root('&nothing;'),
    '100,000 elements inside each other': root('<a>'.repeat(100_000) + '</a>'.repeat(100_000)),
    '1,000,000 attributes': root(`<a ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
    'an attribute of 20 MB': root(`<a b="${'x'.repeat(20 * MEGABYTE)}"/>`),
    'a name of 1 MB': root(`<${'n'.repeat(MEGABYTE)}/>`),
    'no root': '',
    'nothing but white space': '  \n ',
    'a document that ends in the middle': sample.subarray(0, sample.length / 2).toString(),
    'text after the root': `${root('')}x`,
    'no XML at all': '{"resourceType":"Bundle"}',
    HTML: '<!doctype html><html><body>Hello</body></html>',
    zeros: '\0'.repeat(1000),
  })) {
    it(`gives a clear error to ${what}`, async () => {
      const outcome = await expectError(
        await convert(body),
        [400, 413, 422],
        ['structure', 'too-costly', 'not-supported', 'required'],
      );
      expect(JSON.stringify(outcome)).not.to.contain('root:');
      expect(JSON.stringify(outcome).length).to.be.lessThan(2000);
    });
  }

  for (const [what, bytes] of Object.entries({
    'UTF-8 with bytes that are none': Buffer.concat([Buffer.from(root('<title>')), Buffer.from([0xff, 0xfe, 0xc0])]),
    'an encoding that nobody knows': Buffer.from(
      '<?xml version="1.0" encoding="x-mars"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>',
    ),
    'half a UTF-16 character': Buffer.from(`\uFEFF${root('')}`, 'utf16le').subarray(0, -1),
    'UTF-32': Buffer.concat(Array.from(root(''), (character) => Buffer.from([character.charCodeAt(0), 0, 0, 0]))),
    EBCDIC: Buffer.from([0x4c, 0x6f, 0xa7, 0x94, 0x93, 0x40]),
  })) {
    it(`gives a clear error to ${what}`, async () => {
      await expectError(await convert(bytes), [400, 422], ['structure', 'not-supported']);
    });
  }

  it('stops decompressing a gigabyte of zeros long before its end', async () => {
    const tenMegabytes = gzipSync(Buffer.alloc(10 * MEGABYTE));
    const bomb = Buffer.concat(Array.from({ length: 100 }, () => tenMegabytes));
    const response = await convert(bomb, { 'Content-Encoding': 'gzip' });
    await expectError(response, [413], ['too-costly', 'too-long']);
  });

  it('refuses a body by its announced length before any of it arrives', async () => {
    const answer = await exchange(
      `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 60000000\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer).to.match(/^HTTP\/1.1 413 /);
  });

  it('refuses an endless body at the limit, and the client can read why', async () => {
    const chunk = `${(65_536).toString(16)}\r\n${' '.repeat(65_536)}\r\n`;
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(resolve);
      socket.write('POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    });
    expect(answer)
      .to.match(/^HTTP\/1.1 413 /)
      .and.to.contain('too-long');
  });

  it('answers 431 to headers without end', async () => {
    expect(await exchange(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`)).to.match(
      /^HTTP\/1.1 431 /,
    );
  });

  it('answers 400 to bytes that are not HTTP, and 417 to unknown expectations', async () => {
    expect(await exchange('HELO mail.example\r\n\r\n')).to.match(/^HTTP\/1.1 400 .*OperationOutcome/s);
    const two = 'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await exchange(two)).to.match(/^HTTP\/1.1 400 /);
    expect(await exchange('GET / HTTP/1.1\r\nHost: x\r\nExpect: cookies\r\n\r\n')).to.match(/^HTTP\/1.1 417 /);
  });

  it('answers a client that has closed its side after a whole request', async () => {
    const head = `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${sample.length}\r\n\r\n`;
    expect(await exchange(Buffer.concat([Buffer.from(head), sample]), true)).to.match(/^HTTP\/1.1 200 /);
  });

  it('drops a client that closes its side in the middle of a body', async () => {
    const head = 'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<Clin';
    expect(await exchange(head, true)).to.match(/^(HTTP\/1.1 400 |$)/);
  });

  it('drops clients that send a document and leave', async () => {
    const head = `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${sample.length}\r\n\r\n`;
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(() => {
          resolve();
        });
        socket.write(Buffer.concat([Buffer.from(head), sample]), () => socket.destroy());
      });
    }
  });

  it('serves as many as it can of 200 clients with 5 MB each, refuses the others, and keeps its memory limit', async function () {
    const large = Buffer.from(root(`<title>${'x'.repeat(5 * MEGABYTE)}</title>`));
    const statuses = await Promise.all(
      Array.from({ length: 200 }, () =>
        fetch(`${address}/convert`, post(large)).then(
          async (response) => {
            await response.arrayBuffer();
            if (response.status === 503) expect(response.headers.get('retry-after')).to.match(/^\d+$/);
            return response.status;
          },
          () => 0,
        ),
      ),
    );
    const count = (status: number): number => statuses.filter((each) => each === status).length;
    expect(count(200) + count(422), JSON.stringify(statuses)).to.be.greaterThan(0);
    // A connection that is cut (0) is what a client sees that goes on sending long after it was refused.
    expect(count(200) + count(422) + count(503) + count(0), JSON.stringify(statuses)).to.equal(200);
  });

  function connect(onClose: (received: string) => void) {
    const chunks: Buffer[] = [];
    const socket = createConnection(Number(new URL(address).port), '127.0.0.1');
    const timer = setTimeout(() => socket.destroy(), LIMIT * 2);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      onClose(Buffer.concat(chunks).toString());
    });
    return socket;
  }

  /** Sends text and answers with everything that came back when the service has closed, or said a whole answer. */
  function exchange(text: string | Buffer, halfClose = false): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(resolve);
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
        const [head, body] = received.split('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(head!)?.[1] ?? NaN);
        if (body !== undefined && body.length >= length) socket.destroy();
      });
      if (halfClose) socket.end(text);
      else socket.write(text);
    });
  }
});

/** Nine entities of ten entities each. */
function laughs(): string {
  return Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
}

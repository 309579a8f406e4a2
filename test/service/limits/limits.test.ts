import { expect } from 'chai';
import type { OperationOutcome } from 'fhir/r4.js';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { document, post, startHarness, type Harness } from '../harness.js';

describe('service/limits', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness({
      CAIRN_WORKERS: '1',
      CAIRN_BODY_MEGABYTES: '3',
      CAIRN_IN_FLIGHT_MEGABYTES: '4',
      CAIRN_INFLATION_RATIO: '20',
      CAIRN_QUEUE_LENGTH: '1',
    });
  });
  after(() => service.stop());

  const convert = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    service.call('/convert', post(body, headers));
  const codeOf = async (response: Response): Promise<string> =>
    ((await response.json()) as OperationOutcome).issue[0]!.code;
  const megabytes = (count: number): string => document('x'.repeat(count * 1_000_000));

  it('accepts a body up to the limit, and refuses a larger one', async () => {
    expect((await convert(megabytes(2.9))).status).to.equal(200);
    const refused = await convert(megabytes(3.1));
    expect(refused.status).to.equal(413);
    expect(await codeOf(refused)).to.equal('too-long');
  });

  it('counts the decompressed bytes, not the received ones', async () => {
    // Random enough that the ratio stays small.
    const words = Array.from({ length: 700_000 }, (_, index) => ((index * 2_654_435_761) % 100_003).toString(36)).join(
      ' ',
    );
    const body = gzipSync(document(words));
    expect(body.length).to.be.lessThan(3_000_000);
    expect((await convert(body, { 'Content-Encoding': 'gzip' })).status).to.equal(413);
  });

  it('refuses a body over the decompression ratio', async () => {
    const response = await convert(gzipSync(megabytes(2.5)), { 'Content-Encoding': 'gzip' });
    expect(response.status).to.equal(413);
    expect(await codeOf(response)).to.equal('too-costly');
  });

  it('refuses a body while other bodies use all the memory, and accepts it afterwards', async () => {
    const slow = convert(document(`do:sleep=700 ${'x'.repeat(2_500_000)}`));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const refused = await convert(megabytes(2));
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.match(/^\d+$/);
    expect((await slow).status).to.equal(200);
    expect((await convert(megabytes(2))).status).to.equal(200);
    expect(service.service.budget.taken).to.equal(0);
  });

  it('refuses a document before its body when the queue is full', async () => {
    const running = [convert(document('do:sleep=600')), convert(document('do:sleep=100'))];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answer = await service.raw(
      'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(answer)
      .to.match(/^HTTP\/1.1 503 /)
      .and.to.match(/Retry-After: \d/i)
      .and.to.match(/Connection: close/i);
    await Promise.all(running);
  });

  it('answers 100-continue to a client that waits with its body', async () => {
    const text = document('held back');
    const answer = await new Promise<string>((resolve) => {
      const socket = createConnection(service.port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => {
        if (received === '') socket.write(text);
        received += chunk.toString();
      });
      socket.on('close', () => {
        resolve(received);
      });
      socket.write(
        `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: ${text.length}\r\nExpect: 100-continue\r\n\r\n`,
      );
    });
    expect(answer)
      .to.match(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /)
      .and.to.contain('held back');
  });

  it('counts answers in the memory limit, and refuses an answer without memory for it', async () => {
    const slow = convert(document(`do:sleep=700 ${'x'.repeat(2_500_000)}`));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // One worker: it waits behind the other, whose body is given back by then.
    expect((await convert(document('do:large=3000000'))).status).to.equal(200);
    expect((await slow).status).to.equal(200);
    const refused = await convert(document('do:large=5000000'));
    expect(refused.status).to.equal(413);
    expect(await codeOf(refused)).to.equal('too-costly');
    expect(service.service.budget.taken).to.equal(0);
  });

  it('frees the memory of an answer whose client has left', async () => {
    const gone = new AbortController();
    const waiting = fetch(`${service.address}/convert`, {
      ...post(document('do:sleep=300 and then')),
      signal: gone.signal,
    }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 150));
    gone.abort();
    await waiting;
    expect((await convert(document('next'))).status).to.equal(200);
    expect(service.service.budget.taken).to.equal(0);
  });
});

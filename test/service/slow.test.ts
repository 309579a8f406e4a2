import { expect } from 'chai';
import { document, startHarness, type Harness } from './harness.js';

const head = 'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<Clin';

describe('service and slow clients', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness({
      CAIRN_WORKERS: '1',
      CAIRN_HEADER_SECONDS: '1',
      CAIRN_IDLE_SECONDS: '1',
      CAIRN_BODY_SECONDS: '2',
      CAIRN_KEEP_ALIVE_SECONDS: '1',
    });
  });
  after(() => service.stop());

  it('gives up on headers that never end', async () => {
    expect(await service.raw('POST /convert HTTP/1.1\r\nHost: x\r\nX-Slow: ')).to.match(
      /^HTTP\/1.1 408 .*OperationOutcome/s,
    );
  });

  it('gives up on a body that pauses', async () => {
    expect(await service.raw(head)).to.match(/^HTTP\/1.1 408 .*OperationOutcome/s);
    expect(service.logs.at(-1)).to.include({ status: 408, error: 'timeout' });
  });

  it('gives up on a body that drips', async () => {
    expect(await service.raw(head, { drip: 'i' })).to.match(/^HTTP\/1.1 408 .*OperationOutcome/s);
  });

  it('closes 300 silent connections', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => service.raw('')));
    for (const answer of answers) expect(answer).to.match(/^(HTTP\/1.1 408 |$)/);
    expect((await service.call('/livez')).status).to.equal(200);
  });

  it('frees the memory of an answer that nobody reads', async () => {
    const text = document('do:large=30000000');
    const request = `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    const deaf = service.raw(request, { deaf: true, wait: 3000 });
    while (service.service.budget.taken < 30_000_000) await new Promise((resolve) => setTimeout(resolve, 20));
    while (service.service.budget.taken > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(service.logs.at(-1)).to.include({ route: '/convert', status: 499 });
    await deaf;
  });

  it('logs that a client hung up in the middle of its answer', async () => {
    const text = document('do:large=60000000');
    const request = `POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    await service.raw(request, { deaf: true, wait: 600 });
    while (service.service.budget.taken > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(service.logs.at(-1)).to.include({ route: '/convert', status: 499 });
  });
});

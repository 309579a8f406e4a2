import { expect } from 'chai';
import { document, post, startHarness, type Harness } from '../harness.js';

describe('service/routes/health', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness({ CAIRN_WORKERS: '1' });
  });
  after(() => service.stop());

  const metrics = async (): Promise<string> => (await service.call('/metrics')).text();

  it('is alive and ready', async () => {
    expect(await (await service.call('/livez')).json()).to.deep.equal({ live: true });
    expect(await (await service.call('/readyz')).json()).to.deep.equal({
      ready: true,
      workers: 1,
      mappings: { default: 'packaged' },
    });
  });

  it('counts requests, documents, warnings, facts and bytes', async () => {
    await service.call('/convert?sender=clinic', post(document('warn')));
    await service.call('/convert', post(document('do:illformed')));
    const text = await metrics();
    for (const line of [
      'cairn_http_requests_total{route="/convert",method="POST",status="200"} 1',
      'cairn_http_requests_total{route="/convert",method="POST",status="400"} 1',
      'cairn_documents_total{type="34133-9",sender="clinic"} 1',
      'cairn_documents_refused_total{code="structure"} 1',
      'cairn_document_warnings_total{kind="dangling-reference"} 1',
      'cairn_document_facts_total{status="unmapped"} 1',
      'cairn_queue_length 0',
      'cairn_workers_alive 1',
      'cairn_in_flight_bytes 0',
    ]) {
      expect(text).to.contain(line);
    }
    expect(text).to.match(/cairn_received_bytes_total\{route="\/convert"\} \d{2}/);
  });

  it('makes no label from texts of clients', async () => {
    for (let i = 0; i < 70; i++) await service.call(`/convert?sender=made-up-${i}`, post(document('x')));
    await service.call('/made/up');
    await fetch(`${service.address}/convert`, { method: 'PURGE' });
    const text = await metrics();
    expect(text.match(/cairn_documents_total\{/g)!.length).to.be.at.most(52);
    expect(text).to.contain('sender="other"').and.to.contain('method="other"').and.not.to.contain('/made/up');
  });

  it('is not ready without a worker, and while it is being shut down', async () => {
    const ending = await startHarness({ CAIRN_WORKERS: '1' });
    void ending.call('/convert', post(document('do:exit')));
    let status = 200;
    while (status === 200) status = (await ending.call('/readyz')).status;
    expect(status).to.equal(503);
    while (status === 503) status = (await ending.call('/readyz')).status;
    ending.service.draining = true;
    const response = await ending.call('/readyz');
    expect(response.status).to.equal(503);
    expect(response.headers.get('retry-after')).to.equal('5');
    const refused = await ending.call('/convert', post(document('x')));
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('connection')).to.equal('close');
    expect((await ending.call('/livez')).status).to.equal(200);
    await ending.stop();
  });
});

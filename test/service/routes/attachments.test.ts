import { expect } from 'chai';
import type { CapabilityStatement, OperationOutcome, Parameters, Task } from 'fhir/r4.js';
import { writeXml } from '../../../src/bundle/write-xml.js';
import { attachment, file, parameters, sample } from '../../attachment/submission.js';
import { realConverter, startHarness, type Harness } from '../harness.js';

const JSON_TYPE = 'application/fhir+json';

describe('$submit-attachment and Task/$answer', function () {
  this.timeout(60_000);
  let service: Harness;

  before(async () => {
    service = await startHarness({ CAIRN_BODY_MEGABYTES: '0.5', CAIRN_WORKERS: '1' }, realConverter);
  });
  after(() => service.stop());

  const send = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    service.call(path, { method: 'POST', body, headers: { 'Content-Type': JSON_TYPE, ...headers } });
  const note = JSON.stringify(parameters([attachment(file(sample('progress-note')))]));

  for (const path of ['/$submit-attachment', '/Claim/$submit-attachment', '/Claim/%24submit-attachment']) {
    it(`takes a submission at ${path}`, async () => {
      const response = await send(path, note);
      expect(response.status).to.equal(200);
      const outcome = (await response.json()) as OperationOutcome;
      expect(outcome.resourceType).to.equal('OperationOutcome');
      expect(outcome.issue[0]!.details!.text).to.contain('held for association');
    });
  }

  it('gives the Task and the Bundle on request, in JSON and XML', async () => {
    const { parameter } = (await (await send('/$submit-attachment?include=bundle', note)).json()) as Parameters;
    expect(parameter!.map(({ name }) => name)).to.deep.equal(['outcome', 'task', 'bundle']);
    const xml = writeXml(JSON.parse(note) as never);
    const response = await send('/$submit-attachment?include=bundle', xml, {
      'Content-Type': 'application/fhir+xml',
      Accept: 'application/fhir+xml',
    });
    expect(await response.text())
      .to.contain('<Parameters xmlns="http://hl7.org/fhir">')
      .and.contain('tracking-id');
  });

  it('says what is wrong, and where', async () => {
    const month = note.replace('2024-03-06', '2024-03');
    const response = await send('/$submit-attachment', month);
    expect(response.status).to.equal(400);
    const [issue] = ((await response.json()) as OperationOutcome).issue;
    expect(issue).to.deep.include({ code: 'value', expression: ["Parameters.parameter.where(name='ServiceDate')"] });
    const cut = JSON.stringify(parameters([attachment(file(sample('progress-note').subarray(0, 5000)))]));
    const [placed] = ((await (await send('/$submit-attachment', cut)).json()) as OperationOutcome).issue;
    expect(placed!.diagnostics).to.match(/line \d+, column \d+/);
  });

  it('accepts only POST, and only FHIR', async () => {
    const get = await service.call('/$submit-attachment');
    expect(get.status).to.equal(405);
    expect(get.headers.get('allow')).to.contain('POST');
    expect((await send('/$submit-attachment', note, { 'Content-Type': 'application/pdf' })).status).to.equal(415);
    expect((await send('/$submit-attachment', 'no JSON')).status).to.equal(400);
    expect((await send('/$submit-attachment?includes=bundle', note)).status).to.equal(400);
  });

  it('says what to do with a body that is too large, as the CapabilityStatement does', async () => {
    const response = await send('/$submit-attachment', `${note}${' '.repeat(600_000)}`);
    expect(response.status).to.equal(413);
    const [issue] = ((await response.json()) as OperationOutcome).issue;
    expect(issue!.details!.text).to.contain('Final false');
    const statement = (await (await service.call('/metadata')).json()) as CapabilityStatement;
    const [rest] = statement.rest!;
    const told = rest!.operation!.find(({ name }) => name === 'submit-attachment')!;
    expect(told.documentation).to.contain('0.5 MB').and.contain('413').and.contain('Final is used');
    expect(rest!.resource!.map(({ type }) => type)).to.deep.equal(['Claim', 'Task']);
  });

  it('logs only counts of a submission', async () => {
    await send('/$submit-attachment', note);
    expect(JSON.stringify(service.logs)).not.to.match(/T-1|M-1|payer\.example/);
  });

  it("answers a payer's data request", async () => {
    const task = {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      input: [{ type: { coding: [{ code: 'data-query' }] }, valueString: 'Condition?clinical-status=active' }],
    };
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'task', resource: task },
        { name: 'document', resource: file(sample('progress-note')) },
      ],
    };
    const response = await send('/Task/$answer', JSON.stringify(body));
    expect(response.status).to.equal(200);
    const done = (await response.json()) as Task;
    expect(done).to.include({ resourceType: 'Task', status: 'completed' });
  });
});

describe('$submit-attachment with signatures', function () {
  this.timeout(60_000);
  it('refuses an unsigned submission', async () => {
    const service = await startHarness({ CAIRN_ATTACHMENT_SIGNATURE: 'present', CAIRN_WORKERS: '1' }, realConverter);
    try {
      const body = JSON.stringify(parameters([attachment({ resourceType: 'Bundle', type: 'document' })]));
      const response = await service.call('/$submit-attachment', {
        method: 'POST',
        body,
        headers: { 'Content-Type': JSON_TYPE },
      });
      expect(response.status).to.equal(400);
      expect(((await response.json()) as OperationOutcome).issue[0]).to.include({ code: 'business-rule' });
    } finally {
      await service.stop();
    }
  });
});

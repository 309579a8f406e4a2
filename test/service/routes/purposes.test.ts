import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Bundle, OperationOutcome, Parameters } from 'fhir/r4.js';
import { zipOf } from '../../unwrap/make.js';
import { post, realConverter, startHarness, type Harness } from '../harness.js';

const sample = (name: string): Buffer => readFileSync(new URL(`../../../samples/${name}.xml`, import.meta.url));

describe('/purposes and /record', function () {
  this.timeout(60_000);
  let service: Harness;

  before(async () => {
    service = await startHarness({}, realConverter);
  });
  after(async () => {
    await service.stop();
  });

  const outcome = async (response: Response): Promise<string> =>
    ((await response.json()) as OperationOutcome).issue[0]!.details!.text!;

  it('lists the purposes', async () => {
    const list = (await (await service.call('/purposes')).json()) as { id: string; parameters: object }[];
    expect(list.map(({ id }) => id)).to.include.members([
      'care-coordination',
      'risk-profile',
      'quality-glycemic-status',
    ]);
    expect(list.find(({ id }) => id === 'quality-glycemic-status')!.parameters).to.have.keys('from', 'to');
  });

  it('answers a purpose of one document with what was found and what is missing', async () => {
    const response = await service.call(
      '/purposes/quality-glycemic-status?from=2024-01-01&to=2024-12-31',
      post(sample('visit-summary')),
    );
    expect(response.status).to.equal(200);
    const answer = (await response.json()) as Parameters;
    expect(answer.resourceType).to.equal('Parameters');
    expect(answer.parameter!.map(({ name }) => name)).to.include('answer');
    const bundle = await service.call(
      '/purposes/quality-glycemic-status?from=2024-01-01&to=2024-12-31&answer=bundle',
      post(sample('visit-summary')),
    );
    expect(((await bundle.json()) as Bundle).resourceType).to.equal('Bundle');
  });

  it('reports a wrong question in one line', async () => {
    const body = sample('progress-note');
    const unknown = await service.call('/purposes/risk-profil', post(body));
    expect(unknown.status).to.equal(404);
    expect(await outcome(unknown)).to.match(/^There is no such purpose; there are /);
    const without = await service.call('/purposes/quality-glycemic-status', post(body));
    expect([without.status, await outcome(without)]).to.deep.equal([
      400,
      'quality-glycemic-status needs the parameter from',
    ]);
    const misnamed = await service.call('/purposes/quality-glycemic-status?form=2024-01-01', post(body));
    expect(await outcome(misnamed)).to.match(/has no parameter form; did you mean from\?/);
    const broken = await service.call('/record', post('<ClinicalDocument>'));
    expect(broken.status).to.equal(400);
  });

  it('refuses documents of two people in one question, and answers for each on request', async () => {
    const body = zipOf([
      { name: 'a.xml', data: sample('visit-summary') },
      { name: 'b.xml', data: other(sample('visit-summary')) },
    ]);
    const path = '/purposes/care-coordination?from=2000-01-01&to=2026-12-31';
    const zip = { 'Content-Type': 'application/zip' };
    const refused = await service.call(path, post(body, zip));
    expect([refused.status, await outcome(refused)]).to.deep.equal([
      422,
      'The documents are about 2 people: their names or birth dates differ, or nothing says that they are the same person. people=many answers for each of them.',
    ]);
    const both = (await (await service.call(`${path}&people=many`, post(body, zip))).json()) as Bundle;
    expect(both.entry).to.have.lengthOf(2);
    const record = (await (await service.call('/record', post(body, zip))).json()) as Bundle;
    expect(record.entry!.map(({ resource }) => resource!.resourceType)).to.deep.equal(['Bundle', 'Bundle']);
  });

  it('joins the documents of a form, and Bundles of earlier answers', async () => {
    const form = new FormData();
    form.append('a', new Blob([new Uint8Array(sample('visit-summary'))], { type: 'application/xml' }), 'a.xml');
    const response = await service.call('/record', { method: 'POST', body: form });
    expect(response.status).to.equal(200);
    const record = await response.text();
    expect((JSON.parse(record) as Bundle).type).to.equal('collection');
    const again = await service.call('/record', post(record, { 'Content-Type': 'application/fhir+json' }));
    expect(again.status).to.equal(200);
  });

  it('says where a Bundle is not valid FHIR, and does not use it', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: { resourceType: 'Patient', id: 'a' } },
        { resource: { resourceType: 'Provenance', target: 3 } },
      ],
    };
    for (const path of ['/record', '/purposes/risk-profile?from=2024-01-01&to=2024-12-31']) {
      const headers = { 'Content-Type': 'application/fhir+json' };
      const response = await service.call(path, { method: 'POST', headers, body: JSON.stringify(bundle) });
      expect(response.status).to.equal(400);
      const [issue] = ((await response.json()) as OperationOutcome).issue;
      expect(issue).to.deep.include({ code: 'structure', expression: ['Bundle.entry[1].resource.target'] });
    }
  });

  it('lists changes since a day', async () => {
    const response = await service.call('/record/changes?since=2000-01-01', post(sample('visit-summary')));
    expect(((await response.json()) as Parameters).resourceType).to.equal('Parameters');
    expect((await service.call('/record/changes', post(sample('visit-summary')))).status).to.equal(400);
    const never = await service.call('/record/changes?since=constructor', post(sample('visit-summary')));
    expect([never.status, await outcome(never)]).to.deep.equal([
      400,
      'since is an instant or a day such as 2024-03-06',
    ]);
    const received = await service.call('/record?received=soon', post(sample('visit-summary')));
    expect([received.status, await outcome(received)]).to.deep.equal([
      400,
      'received is an instant such as 2023-01-18T15:00:00Z',
    ]);
    const table = await service.call('/record/changes?since=2000-01-01&table=HCC', post(sample('visit-summary')));
    expect(await outcome(table)).to.match(/^there is no table of categories HCC/);
  });

  /** The same document about somebody else. */
  function other(document: Buffer): Buffer {
    const text = document.toString('utf8');
    return Buffer.from(
      text
        .replace(/<birthTime[^>]*>/, '<birthTime value="19330101"/>')
        .replace(
          /(<recordTarget>[\s\S]*?<patientRole[^>]*>)[\s\S]*?(<addr|<patient)/,
          '$1<id root="1.9.9" extension="other"/>$2',
        )
        .replace(/(<patient[^>]*>\s*<name[^>]*>)[\s\S]*?<\/name>/, '$1<given>Oda</given><family>Other</family></name>'),
    );
  }
});

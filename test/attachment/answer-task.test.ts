import { expect } from 'chai';
import type { Bundle, DocumentReference, Observation, Task } from 'fhir/r4.js';
import { answerTask } from '../../src/attachment/answer-task.js';
import type { Resource } from '../../src/attachment/read-resource.js';
import { SubmissionError } from '../../src/attachment/submission-error.js';
import { loadPurposes } from '../../src/purpose/load.js';
import { checkTaskPurposes, type TaskPurposes } from '../../src/attachment/task-purpose.js';
import { converter, file, sample } from './submission.js';

const HREX = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';
const asks = (code: string, value: object, system = HREX): object => ({
  type: { coding: [{ system, code }] },
  ...value,
});
const query = (valueString: string): object => asks('data-query', { valueString });
const task = (input: readonly object[], more: object = {}): Resource => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  code: { coding: [{ code: 'data-request-query' }] },
  for: { reference: 'Patient/of-the-payer' },
  input,
  ...more,
});
const documents = (...names: string[]): readonly Resource[] => names.map((name) => file(sample(name)));
const purposes = loadPurposes();
const answer = (
  request: Resource,
  given: readonly Resource[] = documents('progress-note'),
  tasks: TaskPurposes = {},
): Promise<Task> =>
  answerTask(
    converter(),
    {
      resourceType: 'Parameters',
      parameter: [{ name: 'task', resource: request }, ...given.map((resource) => ({ name: 'document', resource }))],
    },
    { purposes, tasks },
  );

describe('attachment/answer-task', () => {
  it('answers a search with the resources of the documents, and with their proof on request', async () => {
    const done = await answer(
      task([query('Observation?patient=of-the-payer&code=http://loinc.org|4548-4&_revinclude=Provenance:target')]),
    );
    expect(done).to.include({ status: 'completed' });
    expect(done.output).to.deep.equal([
      { type: { coding: [{ system: HREX, code: 'data-value' }] }, valueReference: { reference: '#data' } },
    ]);
    const found = done.contained![0] as Bundle;
    expect(found).to.include({ type: 'searchset', total: 1 });
    const [match, ...others] = found.entry!;
    expect([match!.resource!.resourceType, match!.search!.mode]).to.deep.equal(['Observation', 'match']);
    expect(others.every(({ search }) => search!.mode === 'include')).to.equal(true);
    const types = others.map(({ resource }) => resource!.resourceType);
    expect(types).to.include.members(['Patient', 'Provenance', 'DocumentReference', 'Organization']);
    // The one fact, and nothing else that the document says of him.
    expect(types).not.to.include.members(['Condition']);
    const addresses = found.entry!.map(({ fullUrl }) => fullUrl);
    const references = JSON.stringify(found.entry).match(/"reference":"[^"]*"/g)!;
    expect(references.filter((one) => !addresses.includes(one.slice(13, -1)))).to.deep.equal([]);
  });

  it('gives no proof unless it is requested', async () => {
    const done = await answer(task([query('Observation?code=http://loinc.org|4548-4')]));
    const types = (done.contained![0] as Bundle).entry!.map(({ resource }) => resource!.resourceType);
    expect(types).to.include('Patient').and.not.include('Provenance');
  });

  it('completes a search without results, and never finds data of another member', async () => {
    expect((await answer(task([query('Observation?code=1-8')]))).contained![0]).to.include({ total: 0 });
    expect((await answer(task([query('Condition?patient=another')]))).contained![0]).to.include({ total: 0 });
  });

  it('fails for an impossible search, and says why', async () => {
    const failed = await answer(task([query('Observation?colour=red')]));
    expect(failed.status).to.equal('failed');
    expect(failed.statusReason?.text).to.contain('colour');
  });

  it('answers a request for a document type with the document and its bytes', async () => {
    const code = asks('data-code', {
      valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
    });
    const done = await answer(task([code]));
    const [found] = done.contained as DocumentReference[];
    expect(found!.content[0]!.attachment.data).to.equal(sample('progress-note').toString('base64'));
    expect(done.output![0]!.valueReference!.reference).to.equal(`#${found!.id!}`);
    const other = asks('data-code', {
      valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '18842-5' }] },
    });
    expect(await answer(task([other]))).to.include({ status: 'failed' });
  });

  describe('where a purpose is set for the request', () => {
    const year = { from: '2024-01-01', to: '2024-12-31' };
    const tasks = { 'quality-metrics': { purpose: 'quality-glycemic-status', parameters: year } };
    const queue = { meta: { tag: [{ code: 'quality-metrics' }] } };
    const codesOf = ({ contained }: Task): (string | undefined)[] =>
      (contained![0] as Bundle).entry!.flatMap(({ resource, search }) =>
        search?.mode === 'match' && resource?.resourceType === 'Observation'
          ? [(resource as Observation).code.coding?.[0]?.code]
          : [],
      );
    const observations = query('Observation?status=final');

    it('releases what the purpose accepts, and says so', async () => {
      const all = await answer(task([observations], queue));
      expect(codesOf(all).length).to.be.greaterThan(3);
      expect(all.note).to.equal(undefined);
      const narrowed = await answer(task([observations], queue), undefined, tasks);
      expect(codesOf(narrowed)).to.deep.equal(['4548-4']);
      expect(narrowed.note?.[0]?.text).to.contain('quality-glycemic-status');
    });

    it('also finds the purpose by the purpose of use', async () => {
      const use = asks('purpose-of-use', { valueCodeableConcept: { coding: [{ code: 'HQUALIMP' }] } });
      const narrowed = await answer(task([observations, use]), undefined, { HQUALIMP: tasks['quality-metrics'] });
      expect(codesOf(narrowed)).to.deep.equal(['4548-4']);
    });

    it('releases no document in which the purpose finds nothing', async () => {
      const code = asks('data-code', { valueCodeableConcept: { coding: [{ code: '11506-3' }] } });
      expect((await answer(task([code], queue), undefined, tasks)).status).to.equal('completed');
      const another = { purpose: 'quality-colorectal-screening', parameters: { to: '2024-12-31' } };
      const kept = await answer(task([code], queue), undefined, { 'quality-metrics': another });
      expect(kept.status).to.equal('failed');
      expect(kept.contained).to.equal(undefined);
    });

    it('counts from the authoredOn of the Task, and rejects a Task without it', async () => {
      const since = {
        'quality-metrics': {
          purpose: 'quality-glycemic-status',
          parameters: { from: '{authoredOn-P1Y}', to: '{authoredOn}' },
        },
      };
      const dated = (authoredOn: string): Resource => task([observations], { ...queue, authoredOn });
      expect(codesOf(await answer(dated('2024-06-01T10:00:00Z'), undefined, since))).to.deep.equal(['4548-4']);
      expect((await answer(dated('2022-06-01'), undefined, since)).contained![0]).to.include({ total: 0 });
      const rejected = await answer(task([observations], queue), undefined, since);
      expect(rejected.statusReason?.text).to.contain('authored');
    });

    it('is checked at the start, before any request', () => {
      const check =
        (purpose: string, parameters: Record<string, string> = year) =>
        (): void => {
          checkTaskPurposes(purposes, { orders: { purpose, parameters } });
        };
      expect(check('quality-glycemic-status')).not.to.throw();
      expect(check('risk-profil')).to.throw(/did you mean risk-profile/);
      expect(check('quality-glycemic-status', { from: '2024-01-01' })).to.throw(/needs the parameter to/);
      expect(check('quality-glycemic-status', { from: '{today}', to: '{authoredOn}' })).to.throw(/today/);
    });
  });

  it('rejects a questionnaire, and a request for a signature that the documents lack', async () => {
    const questionnaire = asks('questionnaire', { valueCanonical: 'https://payer.example/q' });
    expect((await answer(task([questionnaire]))).status).to.equal('rejected');
    const flag = asks('signature-flag', { valueBoolean: true });
    const unsigned = [
      { resourceType: 'Binary', contentType: 'application/pdf', data: Buffer.from('%PDF-1').toString('base64') },
    ];
    expect((await answer(task([query('Condition?'), flag]), unsigned)).statusReason?.text).to.contain('not signed');
    expect((await answer(task([query('Condition?'), flag]), documents('discharge-summary'))).status).to.equal(
      'completed',
    );
  });

  it('gives no data if the Task does not identify the person', async () => {
    const request = task([query('Condition?')], {
      for: { identifier: { system: 'https://payer.example/ids', value: 'somebody-else' } },
    });
    const refused = await answer(request);
    expect(refused.status).to.equal('rejected');
    expect(JSON.stringify(refused)).not.to.contain('Condition/');
    expect(refused.contained).to.equal(undefined);
  });

  for (const [what, make] of [
    [
      'two questions at once',
      () => answer(task([query('Condition?'), asks('data-code', { valueCodeableConcept: {} })])),
    ],
    ['no question', () => answer(task([]))],
    ['a Task that is closed', () => answer(task([query('Condition?')], { status: 'completed' }))],
    ['no document', () => answer(task([query('Condition?')]), [])],
    [
      'documents of two people',
      () => answer(task([query('Condition?')]), documents('progress-note', 'discharge-summary')),
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      let error: unknown;
      await make().catch((thrown: unknown) => (error = thrown));
      expect(error).to.be.instanceOf(SubmissionError);
    });
  }
});

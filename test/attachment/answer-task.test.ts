import { expect } from 'chai';
import type { Bundle, DocumentReference, Task } from 'fhir/r4.js';
import { answerTask } from '../../src/attachment/answer-task.js';
import type { Resource } from '../../src/attachment/read-resource.js';
import { SubmissionError } from '../../src/attachment/submission-error.js';
import { valueSetIndex } from '../../src/search/value-set.js';
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
const answer = (request: Resource, given: readonly Resource[] = documents('progress-note')): Promise<Task> =>
  answerTask(
    converter(),
    {
      resourceType: 'Parameters',
      parameter: [{ name: 'task', resource: request }, ...given.map((resource) => ({ name: 'document', resource }))],
    },
    valueSetIndex([]),
  );

describe('attachment/answer-task', () => {
  it('answers a search with what the documents have, and its proof where that is asked for', async () => {
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

  it('brings no proof that nobody asks for', async () => {
    const done = await answer(task([query('Observation?code=http://loinc.org|4548-4')]));
    const types = (done.contained![0] as Bundle).entry!.map(({ resource }) => resource!.resourceType);
    expect(types).to.include('Patient').and.not.include('Provenance');
  });

  it('completes a search that finds nothing, and finds nothing of another member', async () => {
    expect((await answer(task([query('Observation?code=1-8')]))).contained![0]).to.include({ total: 0 });
    expect((await answer(task([query('Condition?patient=another')]))).contained![0]).to.include({ total: 0 });
  });

  it('fails where the search can not be made, and says why', async () => {
    const failed = await answer(task([query('Observation?colour=red')]));
    expect(failed.status).to.equal('failed');
    expect(failed.statusReason?.text).to.contain('colour');
  });

  it('answers a document type with the document, bytes and all', async () => {
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

  it('rejects a questionnaire, and a signature that the documents have not', async () => {
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

  it('gives nobody the data of a person whom the Task does not identify', async () => {
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

/** A question about documents: what a purpose finds in them, the record that they make, what has changed. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';
import { convertEach } from '../../convert-each.js';
import type { Converter } from '../../conversion.js';
import { OptionError } from '../../option-error.js';
import { answerPurpose, purposeOf } from '../../purpose/answer-purpose.js';
import { answerBundle, answerParametersOf } from '../../purpose/answers/parameters.js';
import type { PurposeOptions, PurposeSet } from '../../purpose/load.js';
import { buildRecords } from '../../record/build-records.js';
import { changes, recordBefore } from '../../record/changes.js';
import type { PersonRecord, RecordDocument } from '../../record/person-record.js';
import { readBundle } from '../../record/read-bundle.js';
import { changesParameters, recordBundle } from '../../record/record-bundle.js';
import { countOf } from '../../xml/issue-groups.js';
import { wayOf } from '../../unwrap/part.js';
import { ServiceError } from '../errors/service-error.js';
import type { Job, Outcome, Question } from './job.js';
import { answering, loadedPurposes } from './answering.js';
import { unwrapOptionsOf } from './perform-envelope.js';
import { convertOptionsOfJob } from './perform.js';

type Asked = Exclude<Question, { ask: 'attach' | 'task' }>;

export function answerQuestion(
  converters: ReadonlyMap<string, Converter>,
  purposes: PurposeOptions,
  job: Job & { readonly question: Asked },
  body: Uint8Array,
): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  return answering(converters, job, async (converter) => {
    const set = loadedPurposes(purposes);
    const { question } = job;
    // Checked before anything is converted, so that a mistyped name is reported at once.
    if (question.ask === 'purpose') purposeOf(set, question.id);
    const { documents, issues } = await documentsOf(converter, job, body);
    const records = buildRecords(documents, { assemblers: set.assemblers });
    const answers = resourcesFor(question, records, set);
    return { write: () => writeJson(answers.length === 1 ? answers[0]! : collectionOf(answers)), issues };
  });
}

/** An answer that ignores one unreadable document would be wrong, so the whole request fails. */
async function documentsOf(converter: Converter, job: Job & { readonly question: Asked }, body: Uint8Array) {
  const { received } = job.question;
  const told = received === undefined ? {} : { received };
  const bundle = readBundle(body);
  if (bundle !== undefined) return { documents: [{ bundle, ...told }], issues: {} };
  const documents: RecordDocument[] = [];
  const issues = new Map<string, number>();
  for await (const one of convertEach(converter, body, convertOptionsOfJob(job), unwrapOptionsOf(job))) {
    if (one.kind === 'refused') throw one.error;
    if (one.kind === 'problem') {
      const way = wayOf(one.steps);
      const { line = 0, column = 0 } = one;
      throw new ServiceError(422, one.code, way === '' ? one.text : `${way}: ${one.text}`, { line, column });
    }
    for (const issue of one.conversion.issues) issues.set(issue.code, (issues.get(issue.code) ?? 0) + countOf(issue));
    documents.push({
      bundle: one.conversion.bundle,
      ...told,
      ...(one.document.name === '' ? {} : { name: one.document.name }),
      ...(job.include.includes('trace') ? { trace: one.conversion.trace } : {}),
    });
  }
  return { documents, issues: Object.fromEntries(issues) };
}

function resourcesFor(question: Asked, records: readonly PersonRecord[], set: PurposeSet): FhirResource[] {
  if (question.ask === 'record') return records.map(recordBundle);
  if (records.length > 1 && !(question.ask === 'purpose' && question.people === 'many')) {
    const text = `The documents are about ${records.length} people: their names or birth dates differ, or nothing says that they are the same person.`;
    throw new ServiceError(
      422,
      'business-rule',
      question.ask === 'purpose' ? `${text} people=many answers for each of them.` : text,
    );
  }
  return records.map((record) => {
    if (question.ask === 'changes') return changesOf(record, question, set);
    const answered = answerPurpose(set, question.id, record, question.parameters);
    return question.answer === 'bundle'
      ? answerBundle(answered)
      : answerParametersOf(answered, { missing: question.missing, trace: question.trace ?? false });
  });
}

function changesOf(
  record: PersonRecord,
  { since, tables }: Question & { ask: 'changes' },
  set: PurposeSet,
): FhirResource {
  const known = tables.map((name) => {
    const table = set.categories.get(name);
    if (table === undefined)
      throw new OptionError(`there is no table of categories ${name}: ${set.categories.names.join(', ')}`);
    return table;
  });
  return changesParameters(changes(recordBefore(record, since), record, { tables: known, from: since }), record);
}

function collectionOf(resources: readonly FhirResource[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    ...(resources.length === 0 ? {} : { entry: resources.map((resource) => ({ resource })) }),
  };
}

/** Answers a payer's data request (CDex 2.1, Task Data Request) from documents, as a pure function: Task in, Task out. */
import type { Task } from 'fhir/r4.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import type { ConvertOptions, Converter } from '../conversion.js';
import { OptionError } from '../option-error.js';
import type { PurposeSet } from '../purpose/load.js';
import { buildRecords } from '../record/build-records.js';
import { answerCode } from './answer-code.js';
import { answerQuery } from './answer-query.js';
import { refused } from './answered-task.js';
import { submittedContent } from './content.js';
import { holdContent, type Held } from './hold.js';
import type { Resource } from './read-resource.js';
import { isSigned } from './signature-rule.js';
import { SubmissionError } from './submission-error.js';
import { releasedFor, type Released, type TaskPurposes } from './task-purpose.js';
import { inputsOf, isAbout, readRequest } from './task-request.js';
import type { Told } from './told.js';

const NAMESPACE = namespaceBytes('7f1b9c56-3a41-5c0c-8c6d-1f5f0b3f2a10');

/** The ways in which a Task may ask; it must have exactly one of them (cdex-9). */
const ASKED = ['data-query', 'data-code', 'questionnaire'] as const;

export interface TaskOptions {
  /** The purposes, and the ValueSets that searches name. */
  readonly purposes: PurposeSet;
  /** The purpose that narrows each kind of request. Without one, everything that is asked for and found is released. */
  readonly tasks?: TaskPurposes;
  readonly convert?: ConvertOptions;
}

/**
 * Parameters with `task` (the payer's Task) and `document` (DocumentReference, Binary or Bundle, each once or more); the Task
 * comes back `completed` with what it asks for contained in it, or `rejected` or `failed` with the reason.
 *
 * @throws SubmissionError where the Parameters are not so
 */
export async function answerTask(
  converter: Converter,
  parameters: Resource,
  { purposes, tasks = {}, convert = {} }: TaskOptions,
): Promise<Task> {
  const { task, documents } = readRequest(parameters);
  const inputs = inputsOf(task);
  const asked = inputs.filter(({ code }) => ASKED.some((one) => one === code));
  const [what, ...others] = asked;
  if (what === undefined || others.length > 0) {
    throw new SubmissionError(
      400,
      'business-rule',
      `A Task asks for exactly one of ${ASKED.join(', ')}.`,
      'Task.input',
    );
  }
  const held = await holdAll(converter, documents, convert);
  const records = buildRecords(held.map(({ bundle }) => ({ bundle })));
  if (records.length > 1) {
    const text = `The documents are about ${records.length} people: their names or birth dates differ, or nothing says that they are the same person.`;
    throw new SubmissionError(422, 'business-rule', text, 'Parameters.parameter');
  }
  const record = records[0]!;
  if (!isAbout(record, task)) return refused(task, 'rejected', 'The documents are of nobody whom Task.for identifies.');
  const signs = inputs.some(({ code, value }) => code === 'signature-flag' && value === true);
  if (signs && !held.every(isSigned))
    return refused(task, 'rejected', 'A signature is asked for, and the documents are not signed.');
  let released: Released | undefined;
  try {
    released = releasedFor(task, record, purposes, tasks);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return refused(task, 'rejected', `The purpose of this request cannot be asked: ${error.message}.`);
  }
  switch (what.code) {
    case 'data-query':
      return answerQuery(task, String(what.value), record, { purposes, released });
    case 'data-code':
      return answerCode(task, what.value, held, released);
    default:
      return refused(task, 'rejected', 'Questionnaires are not answered here.');
  }
}

async function holdAll(converter: Converter, documents: readonly Resource[], convert: ConvertOptions): Promise<Held[]> {
  const held: Held[] = [];
  for (const [index, document] of documents.entries()) {
    const attachment = {
      lineItems: [],
      code: undefined,
      content: document,
      at: `Parameters.parameter.where(name='document')[${index}]`,
    };
    const told: Told[] = [];
    const id = (name: string): string => uuidV5(NAMESPACE, `${index} ${name}`);
    const submission = { trackingId: {}, memberId: {} };
    const context = { attachment, submission, index, id, told, converter, convert };
    held.push(...(await holdContent(submittedContent(attachment), context)));
  }
  return held;
}

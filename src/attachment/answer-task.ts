/** Answers a payer's data request (CDex 2.1, Task Data Request) from documents, as a pure function: Task in, Task out. */
import type { Bundle, BundleEntry, FhirResource, Identifier, Patient, Task } from 'fhir/r4.js';
import { addressOf, isUuid } from '../bundle/address.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import type { ConvertOptions, Converter } from '../conversion.js';
import { OptionError } from '../option-error.js';
import { closeOver, isContext } from '../purpose/closure.js';
import type { PurposeSet } from '../purpose/load.js';
import { buildRecords } from '../record/build-records.js';
import type { PersonRecord } from '../record/person-record.js';
import { sourcesOf } from '../record/source-kind.js';
import { readQuery, type Query } from '../search/query.js';
import { SearchError } from '../search/search-error.js';
import { search } from '../search/search.js';
import { contentOf } from './content.js';
import { holdContent, type Held } from './hold.js';
import type { Told } from './told.js';
import { isObject, type Resource } from './read-resource.js';
import { isSigned } from './signature-rule.js';
import { SubmissionError } from './submission-error.js';
import { releasedFor, type Released, type TaskPurposes } from './task-purpose.js';

const NAMESPACE = namespaceBytes('7f1b9c56-3a41-5c0c-8c6d-1f5f0b3f2a10');
const HREX = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';

/** What a Task may ask for; exactly one of them (cdex-9). */
const ASKED = ['data-query', 'data-code', 'questionnaire'] as const;

export interface TaskOptions {
  /** Purposes, and the ValueSets that searches name. */
  readonly purposes: PurposeSet;
  /** Which purpose narrows which kind of request; without it, whatever is asked for and found is released. */
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
  const { task, documents } = readParameters(parameters);
  const asked = inputsOf(task).filter(({ code }) => ASKED.some((one) => one === code));
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
    const text = `The documents are about ${records.length} people: their names or birth dates differ, or nothing says that they are one.`;
    throw new SubmissionError(422, 'business-rule', text, 'Parameters.parameter');
  }
  const record = records[0]!;
  if (!isAbout(record, task)) return refused(task, 'rejected', 'The documents are of nobody whom Task.for identifies.');
  const signs = inputsOf(task).some(({ code, value }) => code === 'signature-flag' && value === true);
  if (signs && !held.every(isSigned))
    return refused(task, 'rejected', 'A signature is asked for, and the documents are not signed.');
  let released: Released | undefined;
  try {
    released = releasedFor(task, record, purposes, tasks);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return refused(task, 'rejected', `The purpose of this request can not be asked: ${error.message}.`);
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

function readParameters({ resourceType, parameter }: Resource): { task: Task; documents: Resource[] } {
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) {
    throw new SubmissionError(400, 'structure', 'The body must be a Parameters resource with a list of parameters.');
  }
  let task: Task | undefined;
  const documents: Resource[] = [];
  for (const [index, one] of (parameter as unknown[]).entries()) {
    const at = `Parameters.parameter[${index}]`;
    if (!isObject(one) || !isObject(one.resource))
      throw new SubmissionError(400, 'required', 'A parameter must have a resource.', at);
    const resource = one.resource as Resource;
    if (one.name === 'task' && resource.resourceType === 'Task' && task === undefined)
      task = resource as unknown as Task;
    else if (one.name === 'document') documents.push(resource);
    else throw new SubmissionError(400, 'value', 'The parameters are task, a Task, and document, once or more.', at);
  }
  if (task === undefined)
    throw new SubmissionError(400, 'required', 'The parameter task must be there.', 'Parameters.parameter');
  if (documents.length === 0)
    throw new SubmissionError(400, 'required', 'The parameter document must be there.', 'Parameters.parameter');
  if (!['requested', 'received', 'accepted', 'ready', 'in-progress'].includes(task.status)) {
    throw new SubmissionError(400, 'business-rule', 'The Task is not open.', 'Task.status');
  }
  return { task, documents };
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
    held.push(...(await holdContent(contentOf(attachment), context)));
  }
  return held;
}

interface Input {
  readonly code: string;
  readonly value: unknown;
}

function inputsOf({ input = [] }: Task): Input[] {
  return input.flatMap((one) => {
    const [, value] = Object.entries(one).find(([key]) => key.startsWith('value')) ?? [];
    return (one.type.coding ?? []).map(({ code = '' }): Input => ({ code, value: value as unknown }));
  });
}

/** Where the payer says an identifier, a patient of the documents must have it: nobody gets another one's data. */
function isAbout({ patients }: PersonRecord, task: Task): boolean {
  const contained = task.contained?.find((one) => `#${one.id ?? ''}` === task.for?.reference) as Patient | undefined;
  const wanted: Identifier[] = [task.for?.identifier, ...(contained?.identifier ?? [])].filter(
    (one) => one?.value !== undefined,
  ) as Identifier[];
  if (wanted.length === 0) return true;
  const own = patients.flatMap((patient) => (patient as Patient).identifier ?? []);
  return wanted.some(({ system, value }) =>
    own.some(
      (one) => one.value === value && (system === undefined || one.system === undefined || one.system === system),
    ),
  );
}

interface Release {
  readonly purposes: PurposeSet;
  readonly released: Released | undefined;
}

function answerQuery(task: Task, text: string, record: PersonRecord, { purposes, released }: Release): Task {
  let query: Query;
  try {
    query = readQuery(aboutMember(text, task));
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    return refused(task, 'failed', `The search can not be made: ${error.message}`);
  }
  const found = search(query, { index: record.index, valueSets: purposes.valueSets, dates: 'search' });
  const mayGo = (one: FhirResource): boolean =>
    released === undefined || isContext(one) || released.resources.has(one) || one.resourceType === 'Provenance';
  const [matches, included] = [found.matches.filter(mayGo), found.included.filter(mayGo)];
  const sources = sourcesOf(record, []);
  const proof = included.some((one) => one.resourceType === 'Provenance');
  const selected = [...matches, ...included.filter((one) => one.resourceType !== 'Provenance')];
  // There is no server to ask for what a reference leads to: people, places and the patient come along.
  const closed = closeOver(
    selected,
    record.patients,
    record.index,
    proof ? sources : { ...sources, provenances: () => [] },
  );
  const entry = closed.map((resource, index): BundleEntry => ({
    ...(isUuid(resource.id) ? { fullUrl: addressOf(resource) } : {}),
    resource,
    search: { mode: index < matches.length ? 'match' : 'include' },
  }));
  const data: Bundle = {
    resourceType: 'Bundle',
    id: 'data',
    type: 'searchset',
    total: matches.length,
    ...(matches.length === 0 ? {} : { entry }),
  };
  return completed(task, [data], ['#data'], released);
}

/**
 * The search without what names the member: `patient=…`, where the documents are of nobody else. A data source's own address
 * of him means nothing in documents.
 */
function aboutMember(text: string, task: Task): string {
  const [path = '', query = ''] = text.replace(/^\//, '').split('?');
  const named = new Set(
    [task.for?.reference, task.for?.identifier?.value].flatMap((one) =>
      one === undefined ? [] : [one, one.replace(/^Patient\//, '')],
    ),
  );
  const rest = query.split('&').filter((part) => {
    const [name = '', value = ''] = part.split('=');
    if (!/^(patient|subject)(:Patient)?(\.identifier|:identifier)?$/.test(name)) return true;
    const plain = decodeURIComponent(value);
    return (
      !named.has(plain) &&
      !named.has(plain.replace(/^Patient\//, '')) &&
      !named.has(plain.slice(plain.indexOf('|') + 1))
    );
  });
  return `${path}?${rest.filter((part) => part !== '').join('&')}`;
}

/** A document goes as it is, or not at all: where a purpose narrows, only one in which the purpose has found something. */
function answerCode(task: Task, value: unknown, held: readonly Held[], released: Released | undefined): Task {
  const coding =
    isObject(value) && Array.isArray(value.coding) ? (value.coding as { system?: string; code?: string }[]) : [];
  const found = held.flatMap(({ attachment, bundle, stands }) => {
    const resources = (bundle.entry ?? []).map(({ resource }) => resource as FhirResource | undefined);
    const source = resources.find((one) => one?.resourceType === 'DocumentReference' && one.id === stands.id);
    if (source?.resourceType !== 'DocumentReference') return [];
    const same = source.type?.coding?.some((one) =>
      coding.some(({ system, code }) => code === one.code && (system === undefined || system === one.system)),
    );
    if (same !== true || !(released?.documents.has(stands.id) ?? true)) return [];
    const given = contentOf(attachment);
    const files = given.kind === 'files' ? given.files : [];
    // The document itself goes with what is known of it.
    return [
      {
        ...source,
        content: source.content.map((content, index) => ({
          ...content,
          attachment: {
            ...content.attachment,
            ...(files[index] === undefined ? {} : { data: Buffer.from(files[index].bytes).toString('base64') }),
          },
        })),
      },
    ];
  });
  if (found.length === 0) {
    const narrowed = released === undefined ? '' : ` in which the purpose ${released.purpose} finds something`;
    return refused(task, 'failed', `There is no document of this type${narrowed}.`);
  }
  return completed(
    task,
    found,
    found.map(({ id = '' }) => `#${id}`),
    released,
  );
}

function completed(
  task: Task,
  contained: readonly FhirResource[],
  references: readonly string[],
  released: Released | undefined,
): Task {
  const text = `Only what the purpose ${released?.purpose ?? ''} accepts was released.`;
  return {
    ...task,
    ...(released === undefined ? {} : { note: [...(task.note ?? []), { text }] }),
    contained: [...(task.contained ?? []), ...contained],
    status: 'completed',
    output: references.map((reference) => ({
      type: { coding: [{ system: HREX, code: 'data-value' }] },
      valueReference: { reference },
    })),
  };
}

function refused(task: Task, status: 'rejected' | 'failed', text: string): Task {
  return { ...task, status, statusReason: { text } };
}

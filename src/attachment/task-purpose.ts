/** The purpose that a payer has set for a kind of data request: it narrows what is released. */
import type { FhirResource, Task } from 'fhir/r4.js';
import { OptionError } from '../option-error.js';
import { ownValue } from '../own-value.js';
import { answerPurpose, purposeOf } from '../purpose/answer-purpose.js';
import { isContext } from '../purpose/closure.js';
import type { PurposeSet } from '../purpose/load.js';
import { checkParameters } from '../purpose/parameters.js';
import { checkFillings, fill } from '../purpose/template.js';
import type { PersonRecord } from '../record/person-record.js';

/**
 * Purposes by the code of a work queue tag (`Task.meta.tag`) or of a purpose of use (`Task.input`), with their parameters.
 * `{authoredOn}` stands for the day of the Task, and `{authoredOn-P1Y}` for the day a year before it.
 *
 *   { "risk-adjustment": { "purpose": "risk-profile", "parameters": { "from": "2024-01-01", "to": "2024-12-31" } } }
 */
export type TaskPurposes = Readonly<Record<string, TaskPurpose>>;

export interface TaskPurpose {
  readonly purpose: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const DAY = new Set(['authoredOn']);

/**
 * Checks a payer's table before any Task comes.
 *
 * @throws OptionError in one line, with the nearest right name
 */
export function checkTaskPurposes(set: PurposeSet, tasks: TaskPurposes): void {
  for (const [code, { purpose, parameters = {} }] of Object.entries(tasks)) {
    const loaded = purposeOf(set, purpose);
    for (const text of Object.values(parameters)) {
      const [wrong] = checkFillings(text, DAY, DAY);
      if (wrong !== undefined) throw new OptionError(`the task ${code}: ${wrong.message}`);
    }
    checkParameters(loaded.purpose, filled(parameters, '2000-01-01') ?? {});
  }
}

/** What a purpose lets out. */
export interface Released {
  readonly purpose: string;
  readonly resources: ReadonlySet<FhirResource>;
  /** The source documents that prove these facts. */
  readonly documents: ReadonlySet<string>;
}

/**
 * What the purpose of a Task accepts of a record; undefined where the payer has set none for it: all may go then.
 *
 * @throws OptionError where the purpose counts from the day of the Task, and the Task has none
 */
export function releasedFor(
  task: Task,
  record: PersonRecord,
  set: PurposeSet,
  tasks: TaskPurposes,
): Released | undefined {
  const chosen = codesOf(task)
    .map((code) => ownValue(tasks, code))
    .find((one) => one !== undefined);
  if (chosen === undefined) return undefined;
  const parameters = filled(chosen.parameters ?? {}, task.authoredOn?.slice(0, 10));
  if (parameters === undefined) throw new OptionError('the Task does not say when it was authored');
  const { selected, sources } = answerPurpose(set, chosen.purpose, record, parameters);
  // Every document names the patient. That alone does not count as something that a purpose has found in it.
  const documents = selected
    .filter((resource) => !isContext(resource))
    .flatMap((resource) => sources.provenances(resource))
    .flatMap(({ entity = [] }) => entity)
    .flatMap(({ what }) => (what.reference === undefined ? [] : (record.index.resolve(what.reference)?.id ?? [])));
  return { purpose: chosen.purpose, resources: new Set(selected), documents: new Set(documents) };
}

/** The work queue counts before the purpose of use, because it says more exactly what the data are for. */
function codesOf({ meta, input = [] }: Task): string[] {
  const uses = input
    .filter(({ type }) => type.coding?.some(({ code }) => code === 'purpose-of-use') ?? false)
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? []);
  return [...(meta?.tag ?? []), ...uses].flatMap(({ code }) => code ?? []);
}

/** The parameters for one Task; undefined if they count from a date that the Task does not have. */
function filled(
  parameters: Readonly<Record<string, string>>,
  day: string | undefined,
): Record<string, string> | undefined {
  const values = Object.entries(parameters).map(([name, text]) => [name, fill(text, () => day)] as const);
  return values.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(values) as Record<string, string>);
}

/** The request of a payer: the Task, its inputs, and the patient. */
import type { Identifier, Patient, Task } from 'fhir/r4.js';
import type { PersonRecord } from '../record/person-record.js';
import { isObject } from '../fhir/shape.js';
import type { Resource } from './read-resource.js';
import { SubmissionError } from './submission-error.js';

/** @throws SubmissionError if the Parameters are not an open Task and documents */
export function readRequest({ resourceType, parameter }: Resource): { task: Task; documents: Resource[] } {
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

/** One input of a Task: its code, and its value of whatever type. */
export interface TaskInput {
  readonly code: string;
  readonly value: unknown;
}

export function inputsOf({ input = [] }: Task): TaskInput[] {
  return input.flatMap((one) => {
    const [, value] = Object.entries(one).find(([key]) => key.startsWith('value')) ?? [];
    return (one.type.coding ?? []).map(({ code = '' }): TaskInput => ({ code, value: value as unknown }));
  });
}

/**
 * If the payer names an identifier, a patient of the documents must have it, so that nobody gets another person's
 * data.
 */
export function isAbout({ patients }: PersonRecord, task: Task): boolean {
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

/** The Task as it goes back. */
import type { FhirResource, Task } from 'fhir/r4.js';
import type { Released } from './task-purpose.js';

const HREX = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';

/** The Task with the resources that it asked for contained in it. If a purpose has narrowed them, the Task says so. */
export function completed(
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

/** The Task without an answer, with the reason. */
export function refused(task: Task, status: 'rejected' | 'failed', text: string): Task {
  return { ...task, status, statusReason: { text } };
}

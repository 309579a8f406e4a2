/** The Task as it goes back. */
import type { FhirResource, Task } from 'fhir/r4.js';
import type { Released } from './task-purpose.js';

const HREX = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';

/** With what was asked for contained in it; where a purpose has narrowed that, it says so. */
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

/** Without an answer, and why. */
export function refused(task: Task, status: 'rejected' | 'failed', text: string): Task {
  return { ...task, status, statusReason: { text } };
}

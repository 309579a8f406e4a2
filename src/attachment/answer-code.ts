import type { FhirResource, Task } from 'fhir/r4.js';
import { isObject } from '../fhir/shape.js';
import { completed, refused } from './answered-task.js';
import { submittedContent } from './content.js';
import type { Held } from './hold.js';
import type { Released } from './task-purpose.js';

/**
 * A document is released whole or not at all. If a purpose narrows the request, only a document in which the purpose
 * has found something is released.
 */
export function answerCode(task: Task, value: unknown, held: readonly Held[], released: Released | undefined): Task {
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
    const given = submittedContent(attachment);
    const files = given.kind === 'files' ? given.files : [];
    // The document itself is sent, with the data about it.
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

import type { OperationOutcome } from 'fhir/r4.js';
import { FROM_TOPIC, type StoredDocument, type Task } from '../../store/records.js';
import type { TenantStore } from '../../store/store.js';
import { headersOfOptions } from '../routes/options.js';
import type { Refusals } from './refusals.js';

/** Sends the dead letter of a document that came from a topic into the store and was refused. */
export async function refusalTask(store: TenantStore, refusals: Refusals, task: Task): Promise<void> {
  const document = await store.ask('documentOf', task.document);
  const outcome = document === undefined ? undefined : await outcomeOf(store, document);
  // Meanwhile it was purged, or converted after all.
  if (document !== undefined && outcome !== undefined) {
    const { source, mediaType, options, way } = document;
    await refusals.send({
      source: source.slice(FROM_TOPIC.length),
      key: undefined,
      // The bytes may be gone because of the document's age.
      bytes: (await store.ask('bodyOf', document.id, 'source')) ?? new Uint8Array(0),
      headers: new Map(Object.entries({ 'content-type': mediaType, ...headersOfOptions(options) })),
      outcome,
      way: way ?? undefined,
    });
  }
  await store.ask('finishRefusal', task, Date.now());
}

/** Why it was refused. For an envelope: which parts of it could not be opened. */
async function outcomeOf(store: TenantStore, { id, state, reason }: StoredDocument): Promise<string | undefined> {
  if (state === 'refused' || state === 'failed') return reason ?? undefined;
  if (state !== 'opened') return undefined;
  const parts = await store.ask('partsOf', id);
  const problems = parts.flatMap(({ problem }) => (problem === null ? [] : [JSON.parse(problem) as OperationOutcome]));
  if (problems.length === 0) return undefined;
  const all: OperationOutcome = { resourceType: 'OperationOutcome', issue: problems.flatMap(({ issue }) => issue) };
  return JSON.stringify(all);
}

/**
 * Before documents are purged: lists what receivers were sent for them, in the order in which it can be deleted there.
 */
import type { PlannedRemoval, RemovedResource } from '../store/operations/plan-removals.js';
import type { TenantStore } from '../store/store.js';
import { addressOf, entriesOf, ofPatientAlone } from './entries.js';
import { patientOf } from './outdated.js';
import { groupsInOrder, type Linked } from './split.js';

/** A resource as one of the documents has it. */
interface Told extends Linked {
  readonly references: string[];
  isOwn: boolean;
}

/** Plans for all documents of a patient together, because a receiver has only one copy of each resource. */
export async function planPurge(store: TenantStore, ids: readonly string[]): Promise<PlannedRemoval[]> {
  const groups = new Map<string, { readonly patient: string | undefined; readonly documents: string[] }>();
  for (const id of ids) {
    const document = await store.ask('documentOf', id);
    if (document === undefined || document.state === 'purged') continue;
    const patient = document.patient ?? undefined;
    const group = groups.get(patient ?? id) ?? { patient, documents: [] };
    group.documents.push(id);
    groups.set(patient ?? id, group);
  }
  const planned: PlannedRemoval[] = [];
  for (const { patient, documents } of groups.values())
    planned.push({ patient, documents, resources: await resourcesOf(store, documents) });
  return planned;
}

async function resourcesOf(store: TenantStore, documents: readonly string[]): Promise<RemovedResource[]> {
  const all = new Map<string, Told>();
  const add = (type: string, id: string, references: readonly string[], isOwn: boolean): void => {
    const known = all.get(`${type}/${id}`);
    if (known === undefined) all.set(`${type}/${id}`, { type, id, references: [...references], isOwn });
    else {
      known.references.push(...references);
      known.isOwn ||= isOwn;
    }
  };
  for (const document of documents) {
    for (const { mapping, resources } of await store.ask('resultsOf', document)) {
      const bytes = await store.ask('bundleOf', document, mapping);
      const entries = bytes === undefined ? [] : entriesOf(bytes);
      const own = ofPatientAlone(entries, patientOf(entries));
      for (const entry of entries) add(entry.type, entry.id, entry.references, own.has(addressOf(entry)));
      // Without the Bundle nothing here says what its resources referred to. Then the order is found by what the server
      // refuses (remove-purged.ts).
      if (bytes === undefined)
        for (const [type, names] of Object.entries(resources)) for (const id of names) add(type, id, [], false);
    }
  }
  return groupsInOrder([...all.values()])
    .flat()
    .reverse()
    .map(({ type, id, isOwn }) => ({ type, id, isOwn }));
}

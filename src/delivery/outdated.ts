/**
 * Finds what a receiver should no longer have: what an earlier version of a document had, and no current document of
 * the patient has.
 */
import type { DocumentReference } from 'fhir/r4.js';
import { addressOf, entriesOf, entryOf, type Entry } from './entries.js';
import type { Parcel } from './receiver.js';

export interface Outdated {
  readonly gone: readonly { readonly type: string; readonly id: string }[];
  /** DocumentReferences of documents that were replaced. They stay on the server with the status `superseded`. */
  readonly superseded: readonly (Entry & { readonly orderKey: string })[];
}

/**
 * Only resources about the patient are removed, and what refers to those (a Provenance). Practitioners and places
 * belong to other patients' documents too. The DocumentReference of a replaced document stays as superseded, with
 * everything that it refers to.
 */
export async function outdatedOf(parcel: Parcel): Promise<Outdated> {
  const left = new Map<string, Entry>();
  const patients = new Set<string>();
  const superseded = new Map<string, Entry & { readonly orderKey: string }>();
  const kept = new Set<string>();
  for (const earlier of await parcel.leftOver()) {
    const rows = await parcel.deliveryLedgerOf(earlier.resources);
    const bytes = rows.length === 0 ? undefined : await earlier.bundle();
    if (bytes === undefined) continue;
    const had = new Map(rows.map((row) => [addressOf(row), row]));
    const entries = entriesOf(bytes);
    const byAddress = new Map(entries.map((entry) => [addressOf(entry), entry]));
    const patient = patientOf(entries);
    if (patient !== undefined) patients.add(patient);
    for (const entry of entries) {
      const row = had.get(addressOf(entry));
      if (row === undefined) continue;
      if (entry.type !== 'DocumentReference' || earlier.document === parcel.document.id) {
        left.set(addressOf(entry), entry);
        continue;
      }
      const resource: DocumentReference = { ...(entry.resource as DocumentReference), status: 'superseded' };
      const changed = entryOf(resource, entry.references);
      kept.add(addressOf(entry));
      if (Buffer.compare(changed.hash, row.hash) !== 0)
        superseded.set(addressOf(entry), { ...changed, orderKey: parcel.document.orderKey ?? '' });
      keepAll(entry.references, byAddress, kept);
    }
  }
  const gone = new Map<string, { readonly type: string; readonly id: string }>();
  for (let before = -1; before < gone.size;) {
    before = gone.size;
    for (const [address, { type, id, references }] of left) {
      if (kept.has(address) || patients.has(address)) continue;
      if (references.some((one) => patients.has(one) || gone.has(one))) gone.set(address, { type, id });
    }
  }
  return { gone: [...gone.values()], superseded: [...superseded.values()] };
}

/** Keeps resources and everything that they refer to, in a loop: a chain of references may be longer than the call stack. */
function keepAll(addresses: readonly string[], entries: ReadonlyMap<string, Entry>, kept: Set<string>): void {
  const waiting = [...addresses];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (kept.has(address)) continue;
    kept.add(address);
    waiting.push(...(entries.get(address)?.references ?? []));
  }
}

/** The reference of the document's patient, from its Composition. */
export function patientOf(entries: readonly Entry[]): string | undefined {
  const composition = entries.find(({ type }) => type === 'Composition')?.resource as
    { subject?: { reference?: string } } | undefined;
  return composition?.subject?.reference;
}

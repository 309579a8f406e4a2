/** What a receiver should no longer have: what an earlier version told, and no current document of the patient tells. */
import type { DocumentReference } from 'fhir/r4.js';
import { addressOf, entriesOf, entryOf, type Entry } from './entries.js';
import type { Parcel } from './receiver.js';

export interface Removal {
  readonly gone: readonly { readonly type: string; readonly id: string }[];
  /** DocumentReferences of documents that were replaced: they stay, and say so. */
  readonly superseded: readonly (Entry & { readonly orderKey: string })[];
}

/**
 * Only what is about the patient is removed: who treated them and where belongs to others, too. The DocumentReference of a
 * document that was replaced stays as superseded, with what it points at.
 */
export async function removalOf(parcel: Parcel): Promise<Removal> {
  const gone = new Map<string, { readonly type: string; readonly id: string }>();
  const superseded = new Map<string, Entry & { readonly orderKey: string }>();
  const kept = new Set<string>();
  for (const left of await parcel.leftOver()) {
    const rows = await parcel.ledgerOf(left.resources);
    if (rows.length === 0) continue;
    const bytes = await left.bundle();
    if (bytes === undefined) continue;
    const had = new Map(rows.map((row) => [addressOf(row), row]));
    const entries = entriesOf(bytes);
    const patient = patientOf(entries);
    for (const entry of entries) {
      const row = had.get(addressOf(entry));
      if (row === undefined || patient === undefined || !entry.references.includes(patient)) continue;
      if (entry.type === 'DocumentReference' && left.document !== parcel.document.id) {
        const resource: DocumentReference = { ...(entry.resource as DocumentReference), status: 'superseded' };
        const changed = entryOf(resource, entry.references);
        for (const address of entry.references) kept.add(address);
        if (Buffer.compare(changed.hash, row.hash) !== 0) {
          superseded.set(addressOf(entry), { ...changed, orderKey: parcel.document.orderKey ?? '' });
        }
      } else gone.set(addressOf(entry), { type: entry.type, id: entry.id });
    }
  }
  return {
    gone: [...gone].filter(([address]) => !kept.has(address) && !superseded.has(address)).map(([, one]) => one),
    superseded: [...superseded.values()],
  };
}

/** Whom the document is about, as its Composition says. */
export function patientOf(entries: readonly Entry[]): string | undefined {
  const composition = entries.find(({ type }) => type === 'Composition')?.resource as
    { subject?: { reference?: string } } | undefined;
  return composition?.subject?.reference;
}

/** Delivers Bundles as a whole: to a folder, a webhook or a bucket. The ledger has one row for each document. */
import { createHash } from 'node:crypto';
import { NO_COUNTS, NO_LEDGER_CHANGE, type Delivered, type LetGo, type Parcel, type Purged } from './receiver.js';
import type { Verdict } from './verdict.js';

/** Sends the Bundle, unless the receiver already has the same bytes. */
export async function deliverWhole(parcel: Parcel, send: () => Promise<Verdict>): Promise<Delivered> {
  const { document, bundle } = parcel;
  const hash = new Uint8Array(createHash('sha256').update(bundle).digest().subarray(0, 16));
  const [known] = await parcel.deliveryLedgerOf({ Bundle: [document.id] });
  if (known !== undefined && Buffer.compare(known.hash, hash) === 0)
    return { verdict: { kind: 'done' }, change: NO_LEDGER_CHANGE, counts: { ...NO_COUNTS, same: 1 } };
  const verdict = await send();
  if (verdict.kind !== 'done') return { verdict, change: NO_LEDGER_CHANGE, counts: NO_COUNTS };
  const put = [{ type: 'Bundle', id: document.id, hash, orderKey: document.orderKey ?? '' }];
  return { verdict, change: { put, gone: [] }, counts: { ...NO_COUNTS, sent: 1 } };
}

/** Removes purged documents one by one, or tells the receiver that they were purged. */
export async function removeWhole(
  { documents }: Pick<Purged, 'documents'>,
  remove: (id: string) => Promise<Verdict>,
): Promise<LetGo> {
  const gone: { type: string; id: string }[] = [];
  let last: Verdict = { kind: 'done' };
  for (const id of documents) {
    const verdict = await remove(id);
    // On the next try the documents that are already removed are removed again, which changes nothing.
    if (verdict.kind !== 'done') return { verdict, gone, removed: gone.length, remains: documents.slice(gone.length) };
    last = verdict;
    gone.push({ type: 'Bundle', id });
  }
  return { verdict: last, gone, removed: gone.length, remains: [] };
}

import type { LedgerRow } from '../store/operations/ledger.js';
import { addressOf, type Entry } from './entries.js';

/** What of a document goes to a receiver, by what the receiver has already. */
export interface Plan {
  readonly send: readonly Entry[];
  /** What it has already, word for word, but told by an older document: only our ledger changes. */
  readonly confirmed: readonly LedgerRow[];
  readonly same: number;
  /** What a newer document has told it already, and told differently. */
  readonly older: number;
}

/**
 * The outcome is the same in whatever order documents come: of each resource the receiver has what the newest document says.
 *
 * @param orderKey of the document (store/order-key.ts)
 */
export function planDelivery(entries: readonly Entry[], ledger: readonly LedgerRow[], orderKey: string): Plan {
  const known = new Map(ledger.map((row) => [addressOf(row), row]));
  const send: Entry[] = [];
  const confirmed: LedgerRow[] = [];
  let same = 0;
  let older = 0;
  for (const entry of entries) {
    const row = known.get(addressOf(entry));
    if (row === undefined) send.push(entry);
    else if (Buffer.compare(row.hash, entry.hash) === 0) {
      same++;
      if (row.orderKey < orderKey) confirmed.push({ ...row, orderKey });
    } else if (row.orderKey > orderKey) older++;
    else send.push(entry);
  }
  return { send, confirmed, same, older };
}

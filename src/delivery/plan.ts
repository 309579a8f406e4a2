import type { LedgerRow } from '../store/operations/ledger.js';
import { addressOf, type Entry } from './entries.js';

/** Which resources of a document are sent to a receiver, given what the receiver already has. */
export interface Plan {
  readonly send: readonly Entry[];
  /**
   * The receiver has the same text from an older document. Nothing is sent; only the row in our ledger gets the new
   * order key.
   */
  readonly confirmed: readonly LedgerRow[];
  readonly same: number;
  /** How many resources the receiver already has from a newer document, with other content. They are not sent. */
  readonly older: number;
}

/**
 * Plans so that the outcome is the same in whatever order documents come: the receiver ends with each resource as the
 * newest document has it.
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

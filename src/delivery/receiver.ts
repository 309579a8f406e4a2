import type { DeliveryCounts } from '../store/operations/deliveries.js';
import type { RemovedResource } from '../store/operations/plan-removals.js';
import type { LedgerChange, LedgerRow } from '../store/operations/ledger.js';
import type { ResourceList, StoredDocument } from '../store/records.js';
import type { Verdict } from './verdict.js';

/** A document to be delivered, and what is known about it at its receiver. */
export interface Parcel {
  readonly document: StoredDocument;
  /** Its current Bundle as JSON. */
  readonly bundle: Uint8Array;
  /** How many times it was tried before. */
  readonly attempt: number;
  /** How many times in a row the receiver failed. */
  readonly failures: number;
  /** The rows of the ledger for these resources: what the receiver has of them. */
  deliveryLedgerOf(resources: ResourceList): Promise<readonly LedgerRow[]>;
  /** Writes down what the receiver has taken so far. After a crash only the rest is sent. */
  note(change: LedgerChange): Promise<void>;
  /** What earlier versions of this document, or documents that it replaced, had and no current document of the patient has. */
  leftOver(): Promise<readonly LeftOver[]>;
  /**
   * Waits until no other node sends one of these resources (`Practitioner/1`), locks them, and gives the function that
   * unlocks them. Absent if there is no other node.
   */
  take?: ((addresses: readonly string[]) => Promise<() => Promise<void>>) | undefined;
  /** Records an event of the document, beside the outcome of its delivery. */
  tell(what: string): Promise<void>;
}

export interface LeftOver {
  /** The document that had it. */
  readonly document: string;
  readonly resources: ResourceList;
  /** The Bundle that had it. */
  bundle(): Promise<Uint8Array | undefined>;
}

export interface Delivered {
  readonly verdict: Verdict;
  /** The change of the ledger that is not yet written down. */
  readonly change: LedgerChange;
  readonly counts: Omit<DeliveryCounts, 'status'>;
}

/** What was purged here and must be deleted at a receiver. */
export interface Purged {
  /** The ids of the documents, for receivers that hold whole documents. */
  readonly documents: readonly string[];
  /** The resources. A resource comes before the resources that it refers to. */
  readonly resources: readonly RemovedResource[];
  /** The id of the Patient in the Bundles, if it is known. */
  readonly patient: string | undefined;
  readonly attempt: number;
  readonly failures: number;
  /** Those of the resources that other documents also have. They stay. Ask only when nobody else can send them. */
  told(): Promise<ReadonlySet<string>>;
  take?: ((addresses: readonly string[]) => Promise<() => Promise<void>>) | undefined;
}

export interface LetGo {
  readonly verdict: Verdict;
  /** What the receiver no longer has. It is written down if the verdict is `done` or `refused`. */
  readonly gone: readonly { readonly type: string; readonly id: string }[];
  /** How many resources the receiver was asked to delete and did delete. */
  readonly removed: number;
  /** What it still has: `Type/id`, or ids of documents. */
  readonly remains: readonly string[];
  /** The receiver was only told of the purge, because what it was sent can't be taken back. */
  readonly isOnlyTold?: boolean;
}

export interface Receiver {
  readonly name: string;
  /** How many deliveries may run at once. Two deliveries of one patient never run at once. */
  readonly lanes: number;
  readonly deliverWithinMilliseconds: number;
  deliver(parcel: Parcel): Promise<Delivered>;
  /** Deletes what was purged. To do it again does no harm. */
  remove(purged: Purged): Promise<LetGo>;
  /**
   * Checks that the receiver is what its settings say. Gives what is wrong in one line; undefined if nothing is, or if
   * that can't be told now.
   */
  check(): Promise<string | undefined>;
  close(): void;
}

export const NO_LEDGER_CHANGE: LedgerChange = { put: [], gone: [] };
export const NO_COUNTS = { sent: 0, same: 0, older: 0, removed: 0 } as const;

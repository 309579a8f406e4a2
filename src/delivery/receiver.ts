import type { DeliveryCounts } from '../store/operations/deliveries.js';
import type { RemovedResource } from '../store/operations/removals.js';
import type { LedgerChange, LedgerRow } from '../store/operations/ledger.js';
import type { ResourceList, StoredDocument } from '../store/records.js';
import type { Verdict } from './verdict.js';

/** A document on its way, and what is known of its receiver. */
export interface Parcel {
  readonly document: StoredDocument;
  /** Its current Bundle as JSON. */
  readonly bundle: Uint8Array;
  /** How often it was tried before. */
  readonly attempt: number;
  /** How often the receiver failed in a row. */
  readonly failures: number;
  /** What the receiver has of these. */
  ledgerOf(resources: ResourceList): Promise<readonly LedgerRow[]>;
  /** Writes down what it has taken so far: after a crash only the rest is sent. */
  note(change: LedgerChange): Promise<void>;
  /** What earlier results told and no current document of the patient tells any more. */
  leftOver(): Promise<readonly LeftOver[]>;
  /**
   * Waits until no other node sends one of these resources (`Practitioner/1`); gives the function that lets them go. Absent where
   * there is no other node.
   */
  take?: ((addresses: readonly string[]) => Promise<() => Promise<void>>) | undefined;
  /** Tells what happened to the document, beside its delivery. */
  tell(what: string): Promise<void>;
}

export interface LeftOver {
  /** The document that told it. */
  readonly document: string;
  readonly resources: ResourceList;
  /** The Bundle that told it. */
  bundle(): Promise<Uint8Array | undefined>;
}

export interface Delivered {
  readonly verdict: Verdict;
  /** What is not written down yet. */
  readonly change: LedgerChange;
  readonly counts: Omit<DeliveryCounts, 'status'>;
}

/** What was purged here, and a receiver is to let go of. */
export interface Purged {
  /** The documents, for receivers that have them whole. */
  readonly documents: readonly string[];
  /** The resources; what points at something stands before it. */
  readonly resources: readonly RemovedResource[];
  /** The patient's id in Bundles, where it is known. */
  readonly patient: string | undefined;
  readonly attempt: number;
  readonly failures: number;
  /** Those of the resources that other documents tell: they stay. Asked once nobody else can send them. */
  told(): Promise<ReadonlySet<string>>;
  take?: ((addresses: readonly string[]) => Promise<() => Promise<void>>) | undefined;
}

export interface LetGo {
  readonly verdict: Verdict;
  /** What it does not have any more; written down where the verdict is `done` or `refused`. */
  readonly gone: readonly { readonly type: string; readonly id: string }[];
  /** How many it was asked to delete, and did. */
  readonly removed: number;
  /** `Type/id`, or ids of documents. */
  readonly remains: readonly string[];
  /** It was only told: what it was sent can't be taken back. */
  readonly isOnlyTold?: boolean;
}

export interface Receiver {
  readonly name: string;
  /** How many deliveries run at once; those of one patient never do. */
  readonly lanes: number;
  readonly deliverWithinMilliseconds: number;
  deliver(parcel: Parcel): Promise<Delivered>;
  /** Lets go of what was purged; doing it again harms nothing. */
  remove(purged: Purged): Promise<LetGo>;
  /** Whether it is what it should be; what is wrong with it, as one line. Undefined where that can't be told now. */
  check(): Promise<string | undefined>;
  close(): void;
}

export const NOTHING: LedgerChange = { put: [], gone: [] };
export const NO_COUNTS = { sent: 0, same: 0, older: 0, removed: 0 } as const;

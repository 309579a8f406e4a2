/** What goes into the store and what comes out of it; plain data, since it crosses a thread. */

/** received -> converting -> converted | refused | failed; held, replaced and purged are said by the rules of identity. */
export type DocumentState =
  | 'received'
  | 'converting'
  | 'converted'
  | 'delivered'
  | 'undelivered'
  | 'refused'
  | 'failed'
  | 'held'
  | 'replaced'
  | 'cancelled';

export interface NewDocument {
  readonly tenant: string;
  readonly client: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** `http`, `import:<job>`, `folder`. */
  readonly source: string;
  readonly sender?: string | undefined;
  /** Options of the conversion, as the request gave them. */
  readonly options: Readonly<Record<string, string>>;
  /** Idempotency-Key of the request. */
  readonly repeatKey?: string | undefined;
}

export type Accepted =
  | { readonly outcome: 'accepted'; readonly id: string }
  /** The same bytes, or the same Idempotency-Key with the same bytes. */
  | { readonly outcome: 'repeat'; readonly id: string; readonly by: 'content' | 'key' }
  /** The same Idempotency-Key with other bytes. */
  | { readonly outcome: 'conflict' };

export interface StoredDocument {
  readonly id: string;
  readonly tenant: string;
  readonly client: string;
  readonly sender: string | null;
  readonly size: number;
  readonly mediaType: string;
  readonly source: string;
  readonly options: Readonly<Record<string, string>>;
  readonly state: DocumentState;
  /** Why it was refused, failed or held: an OperationOutcome as JSON. */
  readonly reason: string | null;
  readonly received: number;
  readonly settled: number | null;
  readonly patient: string | null;
  readonly kind: string | null;
  readonly replacedBy: string | null;
}

export interface StoredEvent {
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface Task {
  readonly id: number;
  readonly document: string;
  readonly kind: string;
  readonly receiver: string;
  /** The fence: who finishes a task names the attempt that it was given, and nothing happens where another has begun since. */
  readonly attempt: number;
}

/** What a conversion says of its document, for versions and for searching. */
export interface DocumentFacts {
  readonly patient?: string;
  readonly documentId?: string;
  readonly setId?: string;
  readonly version?: number;
  readonly effective?: string;
  /** LOINC code of its type. */
  readonly kind?: string;
}

export interface NewResult {
  readonly mapping: string;
  readonly bundle: Uint8Array;
  readonly entries: number;
  readonly facts: DocumentFacts;
  /** Counts by code. */
  readonly issues: Readonly<Record<string, number>>;
}

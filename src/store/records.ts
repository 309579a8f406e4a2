/** What goes into the store and what comes out of it. It is plain data, because it is sent to a thread. */

/**
 * received -> converting -> converted | refused | failed; then converted -> delivered | undelivered if there are
 * receivers. `opened` is an envelope whose documents are in the store. `held`, `replaced` and `purged` follow from the
 * rules about identity.
 */
export const documentStates = [
  'received',
  'converting',
  'converted',
  'delivered',
  'undelivered',
  'opened',
  'refused',
  'failed',
  'held',
  'replaced',
  'cancelled',
  'purged',
] as const;

export type DocumentState = (typeof documentStates)[number];

/** States in which the content of a document is current. */
export const currentStates: readonly DocumentState[] = ['converted', 'delivered', 'undelivered'];

/** States in which a document has a Bundle. */
export const statesWithBundle: readonly DocumentState[] = [...currentStates, 'replaced', 'held'];

/** Documents that are converted or sent again come after those that somebody waits for. */
export const priorities = { live: 0, replay: 5, bulk: 10 } as const;

/** How `source` begins for a document that was a message of a topic. */
export const FROM_TOPIC = 'kafka:';

export interface NewDocument {
  readonly client: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** `http`, `import:<job>`, `folder:<name>`, `kafka:<topic>/<partition>/<offset>`. */
  readonly source: string;
  readonly sender?: string | undefined;
  /** The options of the conversion, as in the request. */
  readonly options: Readonly<Record<string, string>>;
  /** Idempotency-Key of the request. */
  readonly repeatKey?: string | undefined;
  /** It is an envelope: its documents are taken out and taken in one by one. */
  readonly isEnvelope?: boolean | undefined;
  /** The job that brought it, and its name there. */
  readonly job?: { readonly id: string; readonly name: string } | undefined;
  readonly priority?: number | undefined;
}

/** A part of an envelope: a document with its way through the envelopes, or the reason why there is none. */
export interface NewPart {
  /** Counted from 0, in the order of the envelope. */
  readonly number: number;
  readonly name: string;
  readonly way: string;
  readonly document?: {
    readonly bytes: Uint8Array;
    /** What the envelope says about it (unwrap/part.ts). */
    readonly facts: Readonly<Record<string, string>>;
    readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  };
  /** An OperationOutcome as JSON. */
  readonly problem?: string;
}

export interface StoredPart {
  readonly number: number;
  readonly name: string;
  readonly way: string;
  readonly document: string | null;
  /** The state of its document. */
  readonly state: DocumentState | null;
  readonly problem: string | null;
}

export type Accepted =
  | { readonly outcome: 'accepted'; readonly id: string }
  /** The same bytes, or the same Idempotency-Key with the same bytes. */
  | { readonly outcome: 'repeat'; readonly id: string; readonly by: 'content' | 'key' }
  /** The same Idempotency-Key with other bytes. */
  | { readonly outcome: 'conflict' };

export interface StoredDocument {
  readonly id: string;
  readonly seq: number;
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
  readonly confidentiality: string | null;
  readonly replacedBy: string | null;
  readonly appends: string | null;
  readonly orderKey: string | null;
  /** The mappings that made its Bundle, if they were asked for. */
  readonly mapping: string | null;
  readonly isEnvelope: boolean;
  /** Its way through the envelopes; null if it came without one. */
  readonly way: string | null;
  readonly envelopeFacts: Readonly<Record<string, string>>;
}

export interface StoredEvent {
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface Task {
  readonly id: number;
  /** The tenant. Work for it is asked of the store for that tenant. */
  readonly tenant: string;
  /** The id of a document or a job. */
  readonly document: string;
  readonly kind: TaskKind;
  readonly receiver: string;
  /**
   * The fence: whoever finishes a task names the attempt that it was given. If another attempt has begun since, nothing
   * is written.
   */
  readonly attempt: number;
  /** When it was first due. */
  readonly due: number;
}

/** `remove`: a receiver must delete what was purged here. Then `document` is the id of the removal. */
export type TaskKind = 'convert' | 'unwrap' | 'job' | 'deliver' | 'refusal' | 'remove';

/** What a conversion says about its document, for versions and for searches. */
export interface DocumentFacts {
  readonly patient?: string;
  readonly documentId?: string;
  readonly setId?: string;
  readonly version?: number;
  readonly effective?: string;
  /** The LOINC code of its type. */
  readonly kind?: string;
  /** The id of the custodian. */
  readonly custodian?: string;
  /** `N`, `R`, `V`. */
  readonly confidentiality?: string;
  /** The documents that it replaces, appends to or transforms, by their ids. */
  readonly relations?: readonly { readonly kind: RelationKind; readonly target: string }[];
}

export type RelationKind = 'replaces' | 'appends' | 'transforms';

export interface NewResult {
  readonly mapping: string;
  readonly bundle: Uint8Array;
  readonly entries: number;
  readonly facts: DocumentFacts;
  /** Numbers by code of the issue. */
  readonly issues: Readonly<Record<string, number>>;
  /** The ids of the Bundle's resources by type. */
  readonly resources: ResourceList;
  /** The names of the receivers of the document. */
  readonly receivers: readonly string[];
  /**
   * The text for a document that is held because a document of another patient has the same id. If absent, no document
   * is held.
   */
  readonly heldReason?: string | undefined;
}

export type ResourceList = Readonly<Record<string, readonly string[]>>;

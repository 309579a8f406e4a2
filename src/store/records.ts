/** What goes into the store and what comes out of it; plain data, since it crosses a thread. */

/**
 * received -> converting -> converted | refused | failed; converted -> delivered | undelivered where there are receivers.
 * `opened` is an envelope whose documents are here; `held`, `replaced` and `purged` are said by the rules of identity.
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

/** Where the content of a document is what is known now. */
export const currentStates: readonly DocumentState[] = ['converted', 'delivered', 'undelivered'];

/** Where there is a Bundle of a document. */
export const statesWithBundle: readonly DocumentState[] = [...currentStates, 'replaced', 'held'];

/** What is sent in again and again stands behind what somebody waits for. */
export const priorities = { live: 0, replay: 5, bulk: 10 } as const;

/** What `source` of a document begins with that was a message of a topic. */
export const FROM_TOPIC = 'kafka:';

export interface NewDocument {
  readonly client: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** `http`, `import:<job>`, `folder:<name>`, `kafka:<topic>/<partition>/<offset>`. */
  readonly source: string;
  readonly sender?: string | undefined;
  /** Options of the conversion, as the request gave them. */
  readonly options: Readonly<Record<string, string>>;
  /** Idempotency-Key of the request. */
  readonly repeatKey?: string | undefined;
  /** There is something to open: its documents are taken out and in, each by itself. */
  readonly isEnvelope?: boolean | undefined;
  /** The job that brought it, and its name there. */
  readonly job?: { readonly id: string; readonly name: string } | undefined;
  readonly priority?: number | undefined;
}

/** One part of an envelope: a document with its way through the envelopes, or why there is none. */
export interface NewPart {
  /** From 0, in the order of the envelope. */
  readonly number: number;
  readonly name: string;
  readonly way: string;
  readonly document?: {
    readonly bytes: Uint8Array;
    /** What the envelope says of it (unwrap/part.ts). */
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
  /** Of its document. */
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
  /** The mappings that made its Bundle, where it was asked for. */
  readonly mapping: string | null;
  readonly isEnvelope: boolean;
  /** The way through the envelopes that it came in; null where it came bare. */
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
  /** Whose it is: what is done for it is asked of the store for that tenant. */
  readonly tenant: string;
  /** Of a document, or of a job. */
  readonly document: string;
  readonly kind: TaskKind;
  readonly receiver: string;
  /** The fence: who finishes a task names the attempt that it was given, and nothing happens where another has begun since. */
  readonly attempt: number;
  /** When it was first due. */
  readonly due: number;
}

/** `remove`: a receiver is to let go of what was purged here; the task's document is the id of the removal. */
export type TaskKind = 'convert' | 'unwrap' | 'job' | 'deliver' | 'refusal' | 'remove';

/** What a conversion says of its document, for versions and for searching. */
export interface DocumentFacts {
  readonly patient?: string;
  readonly documentId?: string;
  readonly setId?: string;
  readonly version?: number;
  readonly effective?: string;
  /** LOINC code of its type. */
  readonly kind?: string;
  /** Id of the custodian. */
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
  /** Counts by code. */
  readonly issues: Readonly<Record<string, number>>;
  /** The ids of the Bundle's resources by type. */
  readonly resources: ResourceList;
  /** The receivers that it is meant for, by their names. */
  readonly receivers: readonly string[];
  /** What is said of a document that is held because its id is that of another patient's; none is held where absent. */
  readonly heldReason?: string | undefined;
}

export type ResourceList = Readonly<Record<string, readonly string[]>>;

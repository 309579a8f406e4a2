/** What the service asks of a worker and what the worker answers, except for the bytes themselves. */
import type { DocumentSignatureRule } from '../../signature/with-signatures.js';
import type { SignatureRule } from '../../attachment/signature-rule.js';
import type { TaskPurposes } from '../../attachment/task-purpose.js';
import type { PurposeOptions } from '../../purpose/load.js';
import type { EnvelopeFacts } from '../../unwrap/part.js';
import type { DocumentFacts, ResourceList } from '../../store/records.js';
import type { BundleType, ConverterOptions, FactStatus, TermsInUse, Units } from '../../conversion.js';
import type { Mistake } from '../../mapping/mapping-error.js';
import type { IssueType } from '../errors/service-error.js';

export type Format = 'json' | 'xml' | 'ndjson';
export type AnswerPart = 'ledger' | 'trace' | 'issues';

/** The set for requests that name none. */
export const DEFAULT_SET = 'default';

/** The first frame that a worker gets. */
export interface Assignment {
  /** Address of the module that exports `createConverter`. */
  readonly converter: string;
  /** Folder of each mapping set; if absent, the packaged set. */
  readonly sets: Readonly<Record<string, string | null>>;
  /** The options of every converter: the term pack, and the defaults for requests. */
  readonly presets?: Pick<ConverterOptions, 'terms' | 'usCore' | 'units'>;
  /** What to do with digital signatures. If absent: keep them. */
  readonly signatures?: DocumentSignatureRule;
  /** Where the user's own purposes and ValueSets are. */
  readonly purposes?: PurposeOptions;
  /**
   * A document that each worker converts before its first request, because code that has already run is three times as fast.
   */
  readonly warmUp?: string;
}

/** The first frame that a worker sends. */
export type Readiness =
  | {
      readonly ready: true;
      /** The hash of each mapping set. */
      readonly hashes: Readonly<Record<string, string>>;
      readonly terms?: TermsInUse;
    }
  | { readonly ready: false; readonly set: string; readonly mistakes: readonly Mistake[]; readonly message: string };

export interface ConversionOptions {
  readonly set: string;
  readonly bundle?: BundleType;
  readonly sender?: string;
  readonly timeZone?: string;
  readonly usCore?: string;
  readonly versionedProfiles?: 'true';
  readonly keepRepeats?: 'true';
  readonly units?: Units;
  /** Without the term pack of the service. */
  readonly terms?: 'false';
}

/** What a conversion may take (see ConvertOptions). */
export interface JobLimits {
  readonly timeLimitSeconds?: number;
  readonly maxOutputMegabytes?: number;
}

/** A question about documents, beside their conversion. */
export type Question = { /** When the documents arrived. */ readonly received?: string } & (
  | {
      readonly ask: 'purpose';
      readonly id: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly answer: 'parameters' | 'bundle';
      readonly missing: 'guidance' | 'outcome';
      readonly people?: 'many';
      /** Whether the answer tells the place of each value in its document. */
      readonly trace?: true;
    }
  | { readonly ask: 'record' }
  | { readonly ask: 'changes'; readonly since: string; readonly tables: readonly string[] }
  | {
      /** `$submit-attachment`. */
      readonly ask: 'attach';
      readonly signature: SignatureRule;
      /** PEM file of the authorities whose certificates count. */
      readonly certificates?: string;
      /** `parameters`: the answer has the outcome, the Task and the Bundle. */
      readonly answer: 'outcome' | 'parameters';
    }
  | {
      /** `Task/$answer`. */
      readonly ask: 'task';
      /** The purpose that narrows each kind of request. */
      readonly tasks?: TaskPurposes;
    }
);

/** One document; the body of the frame is the document, or the Parameters of `$convert-data`. */
export interface Job {
  readonly kind: 'document' | 'convert-data' | 'question' | 'unwrap';
  /** Of a question. */
  readonly question?: Question;
  readonly options: ConversionOptions;
  readonly format: Format;
  readonly include: readonly AnswerPart[];
  /** The Content-Type of a body that is a MIME message without its header; it has the boundary. */
  readonly mediaType?: string;
  /** Whether the store needs the facts about the document that the Bundle has. */
  readonly wantsFacts?: boolean;
  /** For a document from an envelope that was opened before. The other files follow the document in the body, one after the other. */
  readonly takenOut?: {
    readonly way: string;
    readonly facts: EnvelopeFacts;
    readonly files: readonly FileInBody[];
  };
  readonly limits?: JobLimits;
}

/** A file in the body of a frame that holds several, one after the other. */
export interface FileInBody {
  readonly name: string;
  readonly length: number;
}

/** One part of an envelope. The body has the bytes of the document, then those of the files that belong to it. */
export type OpenedPart =
  | {
      readonly kind: 'document';
      readonly name: string;
      readonly way: string;
      readonly facts: EnvelopeFacts;
      readonly length: number;
      readonly files: readonly FileInBody[];
    }
  | { readonly kind: 'problem'; readonly way: string; readonly code: IssueType; readonly text: string };

/** The body of the frame is the answer in the format asked for. */
export interface Success {
  readonly ok: true;
  /** LOINC code of the document's type, if it has one. */
  readonly documentType?: string;
  /** Warnings by kind. */
  readonly issues: Readonly<Record<string, number>>;
  readonly facts: Readonly<Record<FactStatus | 'facts', number>>;
  readonly mappingHash: string;
  /** If they were asked for: how many resources there are, and the facts about the document. */
  readonly entries?: number;
  readonly document?: DocumentFacts;
  readonly resources?: ResourceList;
  /** For an envelope that was opened. */
  readonly parts?: readonly OpenedPart[];
  readonly convertMilliseconds: number;
  readonly writeMilliseconds: number;
}

export interface Failure {
  readonly ok: false;
  readonly status: number;
  readonly code: IssueType;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** FHIRPath of the place in the request, if the request is a resource. */
  readonly expression?: string;
  /** For the log: the kind of error and places in the code, never its message. */
  readonly reason?: string;
}

export type Outcome = Success | Failure;

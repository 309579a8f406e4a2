import type { DocumentSignatureRule } from '../signature/with-signatures.js';
import type { DocumentSettings } from './command.js';

/** The data that a worker is started with. */
export interface WorkerSetup {
  /** Address of the module with createConverter. */
  readonly converterModule: string;
  readonly mappings?: string;
  readonly terms?: string;
  readonly signatures?: DocumentSignatureRule;
  readonly settings: DocumentSettings;
}

/** A document for a worker to convert. */
export interface FileJob {
  readonly file: string;
  readonly bytes: Uint8Array | undefined;
  readonly bundle: string;
  /** The folder for the Bundles of an envelope, one file each. */
  readonly folder: string;
  readonly ledger?: string;
  readonly trace?: string;
}

/** The result of a document. */
export type FileOutcome =
  | {
      readonly kind: 'converted';
      /** More than one where the file was an envelope. */
      readonly documents: number;
      readonly bytes: number;
      readonly warnings: number;
      readonly facts: number;
      readonly unmapped: number;
      /** For an envelope: one line for each part that could not be converted. */
      readonly complaints: readonly string[];
    }
  | { readonly kind: 'failed'; readonly complaints: readonly string[] };

/** The messages of a worker: first that it has loaded the mappings, or why it can't; then a result for each job. */
export type WorkerMessage =
  FileOutcome | { readonly kind: 'ready' } | { readonly kind: 'unusable'; readonly complaints: readonly string[] };

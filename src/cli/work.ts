import type { DocumentSettings } from './command.js';

/** What a worker is started with. */
export interface WorkerSetup {
  /** Address of the module with createConverter. */
  readonly converterModule: string;
  readonly mappings?: string;
  readonly terms?: string;
  readonly settings: DocumentSettings;
}

/** A document for a worker to convert. */
export interface FileJob {
  readonly file: string;
  readonly bytes: Uint8Array | undefined;
  readonly bundle: string;
  /** Where the Bundles of an envelope go, one file each. */
  readonly folder: string;
  readonly ledger?: string;
  readonly trace?: string;
}

/** What became of a document. */
export type FileOutcome =
  | {
      readonly kind: 'converted';
      /** More than one where the file was an envelope. */
      readonly documents: number;
      readonly bytes: number;
      readonly warnings: number;
      readonly facts: number;
      readonly unmapped: number;
      /** Of an envelope: a line for each part that could not be converted. */
      readonly complaints: readonly string[];
    }
  | { readonly kind: 'failed'; readonly complaints: readonly string[] };

/** What a worker says: that it has loaded the mappings or why it can't, then an outcome for each job. */
export type WorkerMessage =
  FileOutcome | { readonly kind: 'ready' } | { readonly kind: 'unusable'; readonly complaints: readonly string[] };

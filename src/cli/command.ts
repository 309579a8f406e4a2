import type { DocumentSignatureRule } from '../signature/with-signatures.js';
import type { BundleType, Units } from '../conversion.js';
import type { Modules, Terminal } from './terminal.js';

export type OutputFormat = 'json' | 'xml';

/** What the module of a command exports. */
export interface CommandModule {
  /** Returns the exit code. @throws UsageError where the arguments can't be understood */
  readonly run: (args: readonly string[], terminal: Terminal, modules: Modules) => Promise<number>;
  /** The text of `cairn NAME --help`. */
  readonly help: string;
}

/** What was asked for on the command line. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'other'; readonly args: readonly string[]; readonly load: () => Promise<CommandModule> }
  | { readonly kind: 'convert'; readonly options: ConvertCommand };

/** How each document is converted and written. */
export interface DocumentSettings {
  readonly bundle?: BundleType;
  readonly sender?: string;
  readonly timeZone?: string;
  readonly usCore?: string;
  readonly versionedProfiles?: boolean;
  readonly keepRepeats?: boolean;
  readonly units?: Units;
  readonly timeLimitSeconds?: number;
  readonly maxOutputMegabytes?: number;
  readonly format: OutputFormat;
  readonly pretty: boolean;
  readonly ledger: boolean;
  /** `all`: with the facts that only decided something. */
  readonly trace: boolean | 'all';
}

export interface ConvertCommand extends Omit<DocumentSettings, 'ledger' | 'trace'> {
  /** Files and folders as they were given; `-` is the standard input. */
  readonly inputs: readonly string[];
  readonly mappings?: string;
  /** A term pack. */
  readonly terms?: string;
  /** What becomes of digital signatures; kept where absent. */
  readonly signatures?: DocumentSignatureRule;
  /** Folder for the Bundles; without it the one Bundle goes to the standard output. */
  readonly out?: string;
  /** The file for the ledger; with `out` it is `true`, and each ledger lies beside its Bundle. */
  readonly ledger?: string | true;
  readonly trace?: string | true;
  /** `--trace=all`: with the facts that only decided something. */
  readonly traceAll?: boolean;
}

/** The command line can't be understood; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

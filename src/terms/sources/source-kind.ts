import type { CodeCollector } from './collector.js';
import type { SourceFile } from './source-file.js';

/** A kind of source file: how it is recognized, and how it is read. */
export interface SourceFileKind {
  readonly kind: string;
  /** What it is called in a pack: `RxNorm`. */
  readonly title: string;
  /** Recognizes a file of this kind by its name, its first line, and its first kilobytes. */
  readonly matches: (name: string, firstLine: string, start: string) => boolean;
  /**
   * Tells all that the file says. Answers its version where it tells one, and what it is called where that is not its kind.
   */
  readonly read: (input: SourceInput) => Promise<string | ToldOfSource | undefined>;
}

export interface ToldOfSource {
  readonly title?: string | undefined;
  readonly version?: string | undefined;
}

export interface SourceInput {
  readonly file: SourceFile;
  /** Its lines, as they are read. */
  readonly lines: AsyncIterable<string>;
  /** Its whole text; instead of the lines. */
  readonly text: () => Promise<string>;
  /** The other files that must be read together with it, and that stand beside it. */
  readonly beside: readonly SourceFile[];
  readonly collector: CodeCollector;
}

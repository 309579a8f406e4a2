/**
 * A mistake in a mapping set, told as a compiler does: where it is, what it is, and the nearest right name if there is
 * one.
 */
export interface Mistake {
  /** Path of the file inside the mapping set. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A mapping set can't be used. It has all mistakes at once. */
export class MappingError extends Error {
  override readonly name = 'MappingError';

  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  }
}

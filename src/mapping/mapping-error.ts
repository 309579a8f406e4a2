/** One mistake in a mapping set, said like a compiler: where, what, and the nearest right name where there is one. */
export interface Mistake {
  /** Path of the file inside the mapping set. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A mapping set that can't be used; all its mistakes at once. */
export class MappingError extends Error {
  override readonly name = 'MappingError';

  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  }
}

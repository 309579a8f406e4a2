import type { Mistake } from '../mapping/mapping-error.js';

/** A set of purposes that can't be used; all its mistakes at once, each with file, line and column. */
export class PurposeError extends Error {
  override readonly name = 'PurposeError';

  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  }
}

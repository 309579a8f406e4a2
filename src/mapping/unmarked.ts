import type { Run } from './run.js';

/**
 * Reads without leaving marks. It is for values that are only compared: what comes of the comparison is told elsewhere.
 */
export function withoutMarks<T>({ journal }: Run, read: () => T): T {
  return journal.silently(read);
}

import type { Run } from './run.js';

/** What is read to compare, or to tell one from another, is told by what comes of that: the reading itself leaves no marks. */
export function unmarked<T>({ journal }: Run, read: () => T): T {
  return journal.silently(read);
}

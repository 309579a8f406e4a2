/** The answer of a condition that is kept, with the marks that led to it: who asks again leaves the same marks. */
import type { Journal, Mark } from '../xml/journal.js';
import type { Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';

export interface Answer {
  readonly holds: boolean;
  /** Undefined where it was asked silently (see xml/journal.ts): there are some, and nobody has looked which. */
  readonly marks: readonly (readonly [node: Node, mark: Mark])[] | undefined;
}

/** Whether a kept answer will do: who wants the marks has to ask anew where they are not known. */
export function answers(known: Answer | undefined, { silent }: Journal): known is Answer {
  return known !== undefined && (silent || known.marks !== undefined);
}

/** More marks than that are those of a search through all entries: they are written once, where it was asked first. */
export const MOST_MARKS = 16;

/** Writes the marks again, and answers the same. */
export function answerAgain({ journal }: SelectorContext, { holds, marks }: Answer): boolean {
  if (marks === undefined) journal.unwritten++;
  else for (const [node, mark] of marks) journal.mark(node, mark);
  return holds;
}

export function marksSince({ journal }: SelectorContext, from: number): NonNullable<Answer['marks']> {
  const marks: [Node, Mark][] = [];
  for (let line = from; line < journal.checkpoint; line++) marks.push([journal.nodeAt(line), journal.markAt(line)]);
  return marks;
}

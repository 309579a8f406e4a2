/**
 * The kept answer of a condition, with the marks that it wrote. When the condition is asked again, the same marks are
 * written again.
 */
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

/**
 * A condition with more marks searches through all entries. Its marks are written only once, where it was asked first.
 */
export const MOST_MARKS = 16;

/** Writes the marks again and gives the kept answer. */
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

/**
 * Keeps answers about texts beyond the document that they stand in: senders write the same words, units and times again
 * and again.
 */
import { copiedText } from './copied-text.js';

interface Bounds {
  /** How many answers are kept. If there are more, all are forgotten: a hostile document may have a new text each time. */
  readonly most: number;
  /** The most characters of a text whose answer is kept. */
  readonly longest: number;
}

/**
 * The same function with its answers kept.
 *
 *   const plain = keptByText((name) => name.toLowerCase(), { most: 1000, longest: 100 });
 */
export function keptByText<T>(answer: (text: string) => T, { most, longest }: Bounds): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    if (text.length > longest) return answer(text);
    const known = answers.get(text);
    if (known !== undefined || answers.has(text)) return known as T;
    if (answers.size >= most) answers.clear();
    // The answer is made from the copy, because it may be a part of it.
    const copy = copiedText(text);
    const made = answer(copy);
    answers.set(copy, made);
    return made;
  };
}

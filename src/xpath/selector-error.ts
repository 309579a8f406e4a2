/** A selector that can't be compiled: the mapping's author has to change its text. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';

  constructor(
    /** What is wrong, what was expected and, where there is one, the nearest right name; without the place. */
    message: string,
    /** Offset of the first wrong character in the selector's text, from 0; its length where the text ends too early. */
    readonly offset: number,
  ) {
    super(message);
  }
}

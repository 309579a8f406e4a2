/** A selector can't be compiled; the author of the mapping has to change its text. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';

  constructor(
    /** What is wrong, what was expected and, if there is one, the nearest right name. The place is not in it. */
    message: string,
    /**
     * Offset of the first wrong character in the selector's text, from 0; the length of the text if it ends too early.
     */
    readonly offset: number,
  ) {
    super(message);
  }
}

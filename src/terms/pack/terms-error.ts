/** A source or a pack can't be used; the message is one line, and names the file. */
export class TermsError extends Error {
  override readonly name = 'TermsError';
}

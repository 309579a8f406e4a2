/**
 * The document can't be converted: ill-formed, over a limit, not a CDA document. The message says what and why in one
 * line, never quoting the document's content (it may be a patient's).
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  constructor(
    /** FHIR issue-type: `structure` ill-formed, `too-costly` over a limit, `not-supported` of another kind. */
    readonly code: 'structure' | 'too-costly' | 'not-supported',
    message: string,
    /** From 1; 0 where there is no place. */
    readonly line = 0,
    readonly column = 0,
  ) {
    super(message);
  }
}

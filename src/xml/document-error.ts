/**
 * The document can't be converted: it is ill-formed, over a limit, or not a CDA document. The message says what is
 * wrong and why in one line. It never quotes the document, because its content may be a patient's.
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  constructor(
    /**
     * FHIR issue-type: `structure` for an ill-formed document, `too-costly` for one over a limit, `not-supported` for
     * one of another kind.
     */
    readonly code: 'structure' | 'too-costly' | 'not-supported',
    message: string,
    /** Counted from 1; 0 if the error has no place. */
    readonly line = 0,
    readonly column = 0,
  ) {
    super(message);
  }
}

/** A submission that can't be taken, in one sentence, with the place in its Parameters. It quotes nothing of the content. */
export class SubmissionError extends Error {
  override readonly name = 'SubmissionError';

  constructor(
    /** As HTTP says it: 400, or 422 where the same will fail again. */
    readonly status: 400 | 422,
    readonly code: 'structure' | 'value' | 'required' | 'not-supported' | 'business-rule' | 'too-costly',
    message: string,
    /** FHIRPath of the place: `Parameters.parameter.where(name='ServiceDate')`. */
    readonly expression?: string,
    /** Of a document in an attachment: where it is not as it should be. */
    readonly place: { readonly line: number; readonly column: number } = { line: 0, column: 0 },
  ) {
    super(message);
  }
}

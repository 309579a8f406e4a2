/** Something that the document's reader should know, short of an error. Texts never quote the document's content. */
export interface Issue {
  readonly severity: 'warning' | 'information';
  /** One of a closed set, for counting and filtering: `undeclared-prefix`, `dangling-reference`, `impossible-date`. */
  readonly code: IssueCode;
  readonly text: string;
  /** From 1; 0 where the place is the whole document. */
  readonly line: number;
  readonly column: number;
}

export type IssueCode =
  | 'undeclared-prefix'
  | 'encoding-mismatch'
  | 'dangling-reference'
  | 'impossible-date'
  | 'impossible-number'
  | 'invalid-base64'
  | 'unmapped-code'
  | 'mistyped-code'
  | 'missing-required'
  | 'profile-not-met'
  | 'time-without-offset'
  | 'unknown-document';

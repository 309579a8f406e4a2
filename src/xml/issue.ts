/** Something that the document's reader should know, short of an error. Texts never quote the document's content. */
export interface Issue {
  readonly severity: 'warning' | 'information';
  /** A word for counting and filtering: one of the engine's, or one that the mapping set declares in `issues.json`. */
  readonly code: string;
  readonly text: string;
  /** From 1; 0 where the place is the whole document. */
  readonly line: number;
  readonly column: number;
  /** Absolute XPath with positions, where the issue is one of the mapping set. */
  readonly path?: string;
  /** The other places that it is about: what contradicts the first. */
  readonly also?: readonly IssuePlace[];
  /** How often it is told of this document, each time of another place; 1 where absent. */
  readonly count?: number;
  /** The first of those other places. */
  readonly repeats?: readonly IssuePlace[];
}

export interface IssuePlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Absolute XPath with positions, where the issue has one. */
  readonly path?: string;
}

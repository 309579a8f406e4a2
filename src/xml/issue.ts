/**
 * Something that a reader of the result should know, but that is no error. The text never quotes the document's
 * content.
 */
export interface Issue {
  readonly severity: 'warning' | 'information';
  /**
   * A word to count and filter by. The engine has its own (see issue-codes.ts); a mapping set declares more in
   * `issues.json`.
   */
  readonly code: string;
  readonly text: string;
  /** Counted from 1; 0 if the issue is about the whole document. */
  readonly line: number;
  readonly column: number;
  /** The absolute XPath with positions, for issues of the mapping set. */
  readonly path?: string;
  /** Other places that the issue is about, such as the one that contradicts the first. */
  readonly also?: readonly IssuePlace[];
  /** How many issues this one stands for (see issue-groups.ts); 1 if absent. */
  readonly count?: number;
  /** Some of the places of the other issues that this one stands for. */
  readonly repeats?: readonly IssuePlace[];
}

export interface IssuePlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The absolute XPath with positions, if the issue has one. */
  readonly path?: string;
}

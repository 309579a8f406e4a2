import type { OperationOutcomeIssue } from 'fhir/r4.js';

/** Something to tell of a submission that was taken. */
export interface Told {
  readonly severity: 'warning' | 'information';
  readonly code: OperationOutcomeIssue['code'];
  readonly text: string;
  readonly at: string;
  /** A word of a closed set that programs can compare. */
  readonly kind?: string;
}

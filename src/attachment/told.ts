import type { OperationOutcomeIssue } from 'fhir/r4.js';

/** Something to tell of a submission that was taken. */
export interface Told {
  readonly severity: 'warning' | 'information';
  readonly code: OperationOutcomeIssue['code'];
  readonly text: string;
  readonly at: string;
  /** One of a fixed set of words, which programs can compare. */
  readonly kind?: string;
}

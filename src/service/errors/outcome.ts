/**
 * Reports an error as FHIR does (R4 OperationOutcome). A place in a document that is not a resource has no FHIRPath.
 * So it is told by FHIR's extensions for line and column, and in the text.
 */
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { issueKind } from '../../xml/issue-codes.js';
import type { Issue, IssuePlace } from '../../xml/issue.js';
import type { IssueType } from './service-error.js';

const EXTENSION = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-';

export interface Finding {
  readonly severity: OperationOutcomeIssue['severity'];
  readonly code: IssueType;
  readonly text: string;
  /** Counted from 1; 0 or absent if there is no place. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** XPath of the place. */
  readonly path?: string | undefined;
  /** FHIRPath of the place, if it is in a resource. */
  readonly expression?: string | undefined;
  /** Other places that it is about. */
  readonly also?: readonly IssuePlace[] | undefined;
  /** A word of a fixed set, which programs can compare. */
  readonly kind?: string;
}

export function findingOf(issue: Issue): Finding {
  const { severity, code, text, line, column, path, also = [], count = 1, repeats = [] } = issue;
  // A code that the engine does not have: the document does not meet an expectation of the mapping set.
  const type = issueKind(code)?.type ?? 'business-rule';
  const times = count === 1 ? text : `${text} (${count} times)`;
  return { severity, code: type, text: times, line, column, path, also: [...also, ...repeats], kind: code };
}

/** Makes an OperationOutcome. It needs at least one issue, so without findings it has one that says so. */
export function operationOutcome(findings: readonly Finding[]): OperationOutcome {
  const all: readonly Finding[] =
    findings.length > 0
      ? findings
      : [{ severity: 'information', code: 'informational', text: 'No problem was found.' }];
  return { resourceType: 'OperationOutcome', issue: all.map(issueOf) };
}

function issueOf(finding: Finding): OperationOutcomeIssue {
  const { severity, code, text, line = 0, column = 0, path, expression, also = [], kind } = finding;
  const paths = [path, ...also.map((place) => place.path)].filter((one) => one !== undefined);
  const extension = [
    ...(line > 0 ? [{ url: `${EXTENSION}issue-line`, valueInteger: line }] : []),
    ...(column > 0 ? [{ url: `${EXTENSION}issue-col`, valueString: String(column) }] : []),
    ...(kind === undefined ? [] : [{ url: `${EXTENSION}message-id`, valueString: kind }]),
  ];
  return {
    ...(extension.length > 0 ? { extension } : {}),
    severity,
    code,
    details: { text },
    ...(line > 0 ? { diagnostics: [{ line, column }, ...also].map(placeText).join('; ') } : {}),
    ...(paths.length > 0 ? { location: paths } : {}),
    ...(expression === undefined ? {} : { expression: [expression] }),
  };
}

function placeText({ line, column }: { readonly line: number; readonly column: number }): string {
  return `line ${line}, column ${column}`;
}

/**
 * What went wrong, as FHIR says it (R4 OperationOutcome). The place in a source that is no resource has no FHIRPath,
 * so it stands in the extensions that FHIR has for line and column, and as text.
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
  /** From 1; 0 or absent where there is no place. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** XPath of the place. */
  readonly path?: string | undefined;
  /** FHIRPath of the place, if it is in a resource. */
  readonly expression?: string | undefined;
  /** Further places that it is about. */
  readonly also?: readonly IssuePlace[] | undefined;
  /** One of a fixed set of words, which programs can compare. */
  readonly kind?: string;
}

export function findingOf(issue: Issue): Finding {
  const { severity, code, text, line, column, path, also = [], count = 1, repeats = [] } = issue;
  // An expectation of the mapping set that the document does not meet.
  const type = issueKind(code)?.type ?? 'business-rule';
  const times = count === 1 ? text : `${text} (${count} times)`;
  return { severity, code: type, text: times, line, column, path, also: [...also, ...repeats], kind: code };
}

/** An OperationOutcome needs at least one issue, so it says in words that nothing was found. */
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

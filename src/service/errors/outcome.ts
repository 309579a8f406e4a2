/**
 * What went wrong, as FHIR says it (R4 OperationOutcome). The place in a source that is no resource has no FHIRPath,
 * so it stands in the extensions that FHIR has for line and column, and as text.
 */
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Issue, IssueCode, IssuePlace } from '../../xml/issue.js';
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
  /** Further places that it is about. */
  readonly also?: readonly IssuePlace[] | undefined;
  /** A word of a closed set that programs can compare. */
  readonly kind?: string;
}

/** The issue-type of each kind of warning that a conversion gives. */
const types = {
  'undeclared-prefix': 'structure',
  'encoding-mismatch': 'structure',
  'dangling-reference': 'not-found',
  'impossible-date': 'value',
  'impossible-number': 'value',
  'invalid-base64': 'value',
  'mistyped-file': 'value',
  'unreadable-file': 'value',
  'placeholder-identifier': 'value',
  'unmapped-code': 'code-invalid',
  'mistyped-code': 'code-invalid',
  'missing-required': 'required',
  'profile-not-met': 'business-rule',
  'time-without-offset': 'informational',
  'repeated-text': 'too-costly',
  'unknown-document': 'not-supported',
} as const satisfies Readonly<Record<IssueCode, IssueType>>;
const typeOf: ReadonlyMap<string, IssueType> = new Map(Object.entries(types));

export function findingOf(issue: Issue): Finding {
  const { severity, code, text, line, column, path, also } = issue;
  // What the mapping set asks of a document, and finds not to be so.
  return { severity, code: typeOf.get(code) ?? 'business-rule', text, line, column, path, also, kind: code };
}

/** An OperationOutcome needs at least one issue, so that nothing found is said in words. */
export function operationOutcome(findings: readonly Finding[]): OperationOutcome {
  const all: readonly Finding[] =
    findings.length > 0
      ? findings
      : [{ severity: 'information', code: 'informational', text: 'No problem was found.' }];
  return { resourceType: 'OperationOutcome', issue: all.map(issueOf) };
}

function issueOf(finding: Finding): OperationOutcomeIssue {
  const { severity, code, text, line = 0, column = 0, path, also = [], kind } = finding;
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
  };
}

function placeText({ line, column }: { readonly line: number; readonly column: number }): string {
  return `line ${line}, column ${column}`;
}

import { GRAVITIES, issueKind, type Gravity } from './issue-codes.js';
import type { Issue, IssuePlace } from './issue.js';

/** How many further places a group lists: enough to look at, and few enough to read. */
const MOST_PLACES = 9;

/**
 * Joins equal issues of the engine into one, with a count, the first place and some further places. Issues of a mapping
 * set are not joined, because each is about its own statement: a contradiction at one place says nothing about another.
 * The gravest issues come first; those of one gravity are in document order.
 *
 *   groupIssues([at(3), at(9), at(12)])   // [{ …, line: 3, count: 3, repeats: [{ line: 9 … }, { line: 12 … }] }]
 */
export function groupIssues(issues: readonly Issue[]): Issue[] {
  const groups = new Map<string, Issue[]>();
  for (const [index, issue] of issues.entries()) {
    const same = issueKind(issue.code) === undefined ? String(index) : `${issue.severity} ${issue.code} ${issue.text}`;
    const group = groups.get(same);
    if (group === undefined) groups.set(same, [issue]);
    else group.push(issue);
  }
  return [...groups.values()]
    .map(groupOf)
    .sort((one, other) => rank(one) - rank(other) || one.line - other.line || one.column - other.column);
}

function groupOf(issues: readonly Issue[]): Issue {
  const inOrder = [...issues].sort((one, other) => one.line - other.line || one.column - other.column);
  const first = inOrder[0]!;
  const count = inOrder.reduce((sum, issue) => sum + countOf(issue), 0);
  const repeats = inOrder.slice(1, MOST_PLACES + 1).map(placeOf);
  return { ...first, ...(count === 1 ? {} : { count }), ...(repeats.length === 0 ? {} : { repeats }) };
}

/** How many issues a group stands for. */
export function countOf({ count = 1 }: Issue): number {
  return count;
}

/** How many warnings there are, with each warning of a group counted. */
export function warningsIn(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.severity === 'warning' ? countOf(issue) : 0), 0);
}

function placeOf({ line, column, path }: Issue): IssuePlace {
  return { line, column, ...(path === undefined ? {} : { path }) };
}

/** An issue of a mapping set is about facts, unless its severity is `information`. */
export function gravityOf({ code, severity }: Pick<Issue, 'code' | 'severity'>): Gravity {
  return issueKind(code)?.gravity ?? (severity === 'warning' ? 'fact' : 'form');
}

function rank(issue: Issue): number {
  return (issue.severity === 'warning' ? 0 : GRAVITIES.length) + GRAVITIES.indexOf(gravityOf(issue));
}

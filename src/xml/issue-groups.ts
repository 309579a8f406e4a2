import { GRAVITIES, issueKind, type Gravity } from './issue-codes.js';
import type { Issue, IssuePlace } from './issue.js';

/** How many further places a group names: enough to look at, and few enough to read. */
const MOST_PLACES = 9;

/**
 * The same warning of the engine at a thousand places is one, with how often it is told and where first. What a mapping
 * set tells of a statement stays by itself: that two places contradict each other here says nothing of two others. The
 * gravest come first, and those of one gravity as they stand in the document.
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

/** How often an issue is told. */
export function countOf({ count = 1 }: Issue): number {
  return count;
}

/** How many warnings there are, those that are told together each for itself. */
export function warningsIn(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.severity === 'warning' ? countOf(issue) : 0), 0);
}

function placeOf({ line, column, path }: Issue): IssuePlace {
  return { line, column, ...(path === undefined ? {} : { path }) };
}

/** What a mapping set asks of a document is about facts, unless it is mere information. */
export function gravityOf({ code, severity }: Pick<Issue, 'code' | 'severity'>): Gravity {
  return issueKind(code)?.gravity ?? (severity === 'warning' ? 'fact' : 'form');
}

function rank(issue: Issue): number {
  return (issue.severity === 'warning' ? 0 : GRAVITIES.length) + GRAVITIES.indexOf(gravityOf(issue));
}

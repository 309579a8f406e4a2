import { escape } from '../fhir/narrative/escape.js';
import { onOneLine, type ChangeGroup, type DiffSummary } from './diff-summary.js';

/** What the report is about. */
export interface ReportOf {
  /** The names of the two sets, as the author gave them. */
  readonly from: string;
  readonly to: string;
  /** The address of a document as seen from the report: `../samples/ccd.xml`. */
  readonly linkTo: (file: string) => string;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d5d5d5; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font-size: 13px; overflow-wrap: anywhere; white-space: pre-wrap; margin: 0; }
summary { cursor: pointer; } details > div { margin: .4rem 0 .8rem; }
.added { color: #0a5d2c; } .gone { color: #9c1c1c; } .changed { color: #6b4700; }
.before { background: #fdeaea; } .after { background: #e5f5ea; }
.element { width: 20%; } .rule { width: 25%; }
@media (max-width: 45rem) {
  thead { display: none; } table.changes tr, table.changes td, table.changes th { display: block; border: 0; width: auto; padding: .1rem 0; text-align: left; }
  table.changes tr { border-bottom: 1px solid #d5d5d5; padding: .5rem 0; } [data-label]::before { content: attr(data-label) ": "; color: #555; }
}
`;

/** The summary as a page of its own, without scripts, for a review: what has changed, resource by resource. */
export function diffHtml(summary: DiffSummary, report: ReportOf): string {
  const { documents, changed, resources, unmapped, groups, failed } = summary;
  const byResource = groupedByResource(groups);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mapping sets compared</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Mapping sets compared</h1>
<p>From <code>${escape(report.from)}</code> to <code>${escape(report.to)}</code>: ${changed} of ${documents} documents differ. Resources: ${resources.added} added, ${resources.gone} gone, ${resources.changed} changed. ${unmapped === undefined ? 'Both sets have the same files.' : `Unmapped facts: ${unmapped[0]} before, ${unmapped[1]} after.`}</p>
${failed.length === 0 ? '' : `<h2>Converted by one set alone</h2>\n<ul>${failed.map(({ file, from, to }) => `<li>${link(file, report)}: ${escape(from === undefined ? `not by the later set: ${to ?? ''}` : `not by the earlier set: ${from}`)}</li>`).join('')}</ul>\n`}${changedDocuments(summary, report)}${[...byResource].map(([resource, own]) => section(resource, own, report)).join('\n')}
</body>
</html>
`;
}

function groupedByResource(groups: readonly ChangeGroup[]): Map<string, ChangeGroup[]> {
  const found = new Map<string, ChangeGroup[]>();
  for (const group of groups) {
    const resource = group.element.split('.', 1)[0]!;
    found.set(resource, [...(found.get(resource) ?? []), group]);
  }
  return found;
}

function changedDocuments({ differing }: DiffSummary, report: ReportOf): string {
  if (differing.length === 0) return '';
  const items = differing.map(({ file, changes }) => `<li>${link(file, report)}: ${changes}</li>`);
  return `<details><summary>The documents that differ, with the number of changes of each</summary><ul>${items.join('')}</ul></details>\n`;
}

function section(resource: string, groups: readonly ChangeGroup[], report: ReportOf): string {
  return `<h2>${escape(resource)}</h2>
<table class="changes">
<thead><tr><th scope="col">What</th><th scope="col" class="element">Element</th><th scope="col" class="number">Count</th><th scope="col" class="number">Documents</th><th scope="col" class="rule">Rule</th><th scope="col">Examples</th></tr></thead>
<tbody>
${groups.map((group) => row(group, report)).join('\n')}
</tbody>
</table>`;
}

function row(group: ChangeGroup, report: ReportOf): string {
  const { kind, element, count, documents, examples } = group;
  const [first] = examples;
  const name = element.includes('.') ? element.slice(element.indexOf('.') + 1) : 'the whole resource';
  const cell = first === undefined ? '' : examplesOf(first, examples, report);
  return `<tr><td class="${kind}">${kind}</td><th scope="row"><code>${escape(name)}</code></th><td class="number" data-label="Count">${count}</td><td class="number" data-label="Documents">${documents}</td><td data-label="Rule">${rulesOf(group)}</td><td>${cell}</td></tr>`;
}

function rulesOf({ fromRule, toRule }: ChangeGroup): string {
  const code = (rule: string): string => `<code>${escape(rule)}</code>`;
  if (fromRule === undefined || toRule === undefined || fromRule === toRule) return code(toRule ?? fromRule ?? '');
  return `before ${code(fromRule)}<br>after ${code(toRule)}`;
}

type Example = ChangeGroup['examples'][number];

/** The first example is seen at once, as far as it differs. The others, and all of it, are seen when they are opened. */
function examplesOf(first: Example, examples: readonly Example[], report: ReportOf): string {
  const [from, to] = differingParts(
    first.from === undefined ? undefined : onOneLine(first.from),
    first.to === undefined ? undefined : onOneLine(first.to),
  );
  const whole = ({ file, target, from: before, to: after }: Example): string =>
    `<div><code>${escape(target)}</code> in ${link(file, report)}${value('before', textOf(before))}${value('after', textOf(after))}</div>`;
  const label = examples.length === 1 ? 'the example' : `${examples.length} examples`;
  return `${value('before', from)}${value('after', to)}<details><summary>${label}</summary>${examples.map(whole).join('')}</details>`;
}

function value(name: 'before' | 'after', text: string | undefined): string {
  return text === undefined ? '' : `<div class="${name}">${name} <code>${escape(text)}</code></div>`;
}

function textOf(said: unknown): string | undefined {
  if (said === undefined) return undefined;
  return typeof said === 'object' ? JSON.stringify(said, undefined, 2) : JSON.stringify(said);
}

/** How much of a text is shown before and after what differs. */
const AROUND = 30;
const LONGEST = 160;

/** Two texts without what both have at the beginning and at the end, if they are long. */
function differingParts(
  one: string | undefined,
  other: string | undefined,
): [one: string | undefined, other: string | undefined] {
  const [a, b] = [one ?? '', other ?? ''];
  if (Math.max(a.length, b.length) <= LONGEST) return [one, other];
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && a[start] === b[start]) start++;
  let end = 0;
  while (end < shortest - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const part = (text: string): string => {
    const first = start <= AROUND ? 0 : start - AROUND;
    const last = Math.min(end <= AROUND ? text.length : text.length - end + AROUND, first + LONGEST);
    return `${first > 0 ? '… ' : ''}${text.slice(first, last)}${last < text.length ? ' …' : ''}`;
  };
  return [one === undefined ? undefined : part(one), other === undefined ? undefined : part(other)];
}

function link(file: string, { linkTo }: ReportOf): string {
  return `<a href="${escape(linkTo(file))}"><code>${escape(file)}</code></a>`;
}

import { escape } from '../fhir/narrative/escape.js';
import type { ChangeGroup, DiffSummary } from './diff-summary.js';

/** The summary as a page of its own, without scripts, for a review. */
export function diffHtml(summary: DiffSummary, from: string, to: string): string {
  const { documents, changed, resources, unmapped, groups, failed } = summary;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Mapping sets compared</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d5d5d5; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 13px; overflow-wrap: anywhere; }
.added { color: #0a5d2c; } .gone { color: #9c1c1c; } .changed { color: #6b4700; }
</style>
</head>
<body>
<h1>Mapping sets compared</h1>
<p>From <code>${escape(from)}</code> to <code>${escape(to)}</code>: ${changed} of ${documents} documents differ. Resources: ${resources.added} added, ${resources.gone} gone, ${resources.changed} changed. ${unmapped === undefined ? 'Both sets have the same files.' : `Unmapped facts: ${unmapped[0]} before, ${unmapped[1]} after.`}</p>
${failed.length === 0 ? '' : `<h2>Converted by one set alone</h2><ul>${failed.map(({ file, from: before, to: after }) => `<li><code>${escape(file)}</code>: ${escape(before ?? after ?? '')}</li>`).join('')}</ul>`}
<table>
<thead><tr><th scope="col">What</th><th scope="col">Element</th><th scope="col">Count</th><th scope="col">Documents</th><th scope="col">Rule</th><th scope="col">Examples</th></tr></thead>
<tbody>
${groups.map(row).join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

function row({ kind, element, count, documents, fromRule, toRule, examples }: ChangeGroup): string {
  const rules = [...new Set([fromRule, toRule])].filter((rule) => rule !== undefined);
  const example = ({ file, target, from, to }: ChangeGroup['examples'][number]): string =>
    `<div><code>${escape(target)}</code> in <code>${escape(file)}</code>${from === undefined ? '' : `<br>before <code>${escape(JSON.stringify(from))}</code>`}${to === undefined ? '' : `<br>after <code>${escape(JSON.stringify(to))}</code>`}</div>`;
  return `<tr><td class="${kind}">${kind}</td><th scope="row"><code>${escape(element)}</code></th><td class="number">${count}</td><td class="number">${documents}</td><td>${rules.map((rule) => `<code>${escape(rule)}</code>`).join('<br>')}</td><td>${examples.map(example).join('')}</td></tr>`;
}

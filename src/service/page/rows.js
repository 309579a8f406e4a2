/** A table of resources of one kind. */
import { element } from './element.js';
import { choiceText } from './choice.js';
import { labelOf } from './label.js';
import { detailsButton } from './resource-dialog.js';
import { section } from './section.js';
import { scrollingTable } from './table.js';

export function kindSection(kind, rows, context) {
  const groups = kind.groups === undefined ? [[undefined, rows]] : grouped(rows, context);
  const used = kind.columns.filter(({ text }) => rows.some((row) => text(row, context.find) !== ''));
  const content = table(used, groups, context);
  return section(kind.id, kind.title, rows.length, kind.folded ? folded(`Show ${rows.length}`, content) : content);
}

function folded(summary, content) {
  return element('details', { class: 'folded' }, element('summary', {}, summary), content);
}

/** Groups results by their report, in the order of the document. */
function grouped(rows, { reportOf, find }) {
  const groups = new Map();
  for (const row of rows) {
    const report = reportOf.get(row);
    const title =
      report === undefined
        ? 'Without a report'
        : [labelOf(report, find), choiceText(report, 'effective')].filter(Boolean).join(', ');
    const key = report ?? title;
    if (!groups.has(key)) groups.set(key, [title, []]);
    groups.get(key)[1].push(row);
  }
  const all = [...groups.values()];
  return all.length === 1 && reportOf.size === 0 ? [[undefined, rows]] : all;
}

/** Maps each result to its report. */
export function reportsOf(resources, find) {
  const reports = new Map();
  for (const report of resources) {
    if (report.resourceType !== 'DiagnosticReport') continue;
    for (const reference of report.result ?? []) if (find(reference)) reports.set(find(reference), report);
  }
  return reports;
}

/** One table for all groups, so that their columns are aligned. */
function table(columns, groups, context) {
  const source = element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Source'));
  return scrollingTable(
    undefined,
    [...columns.map(({ title }) => title), source],
    groups.map(([title, rows]) =>
      element(
        'tbody',
        {},
        title &&
          element('tr', { class: 'group' }, element('th', { scope: 'rowgroup', colspan: columns.length + 1 }, title)),
        rows.map((row) => tableRow(columns, row, context)),
      ),
    ),
  );
}

function tableRow(columns, row, context) {
  const cells = columns.map(({ title, text, codes, flag }, index) => {
    // A row needs a name. If there is no better one, it is the resource type.
    const shown = text(row, context.find) || (index === 0 ? row.resourceType : '');
    const small = codes?.(row, context.find) ?? [];
    const content = [
      flag?.(row) && shown !== '' ? element('span', { class: 'flag' }, shown) : shown,
      small.length === 0 ? undefined : element('small', { class: 'codes' }, small.join(' · ')),
    ];
    const empty = shown === '' ? 'empty' : undefined;
    return index === 0
      ? element('th', { scope: 'row', 'data-label': title }, content)
      : element('td', { 'data-label': title, class: empty }, content);
  });
  return element('tr', {}, cells, element('td', { class: 'action' }, detailsButton(row, context)));
}

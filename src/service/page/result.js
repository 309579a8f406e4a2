/** Everything that came out of one document, section by section. */
import { element } from './element.js';
import {
  addressText,
  contactText,
  dateText,
  identifierText,
  languageText,
  nameText,
  conceptText,
  choiceText,
} from './fhir.js';
import { ledgerSection } from './ledger.js';
import { narrativeFrame } from './narrative.js';
import { openResource } from './resource-dialog.js';
import { labelOf, sorted } from './tables.js';

export function showResult(root, { bundle, ledger, trace, issues, download }) {
  const resources = (bundle.entry ?? []).map(({ resource }) => resource);
  const byAddress = new Map();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    byAddress.set(fullUrl, resource).set(`${resource.resourceType}/${resource.id}`, resource);
  }
  const find = (reference) => byAddress.get(reference?.reference);
  const context = { find, trace, reportOf: reportsOf(resources, find) };
  const composition = resources.find(({ resourceType }) => resourceType === 'Composition');
  const patient = find(composition?.subject) ?? resources.find(({ resourceType }) => resourceType === 'Patient');

  const sections = [
    ...sorted(resources).map(({ kind, rows }) => kindSection(kind, rows, context)),
    narrativeSection(composition),
    issueSection(issues),
    ledgerSection(ledger),
  ].filter(Boolean);
  root.replaceChildren(
    banner(patient, composition, context),
    toolbar(resources.length, download),
    element(
      'nav',
      { class: 'chips', 'aria-label': 'Parts of the result' },
      sections.map(({ id, title, count }) =>
        element(
          'a',
          { href: `#${id}` },
          title,
          count === undefined ? undefined : element('span', { class: 'count' }, count),
        ),
      ),
    ),
    ...sections.map(({ node }) => node),
  );
}

/** Who goes to a part wants to see it. */
function unfold(id) {
  const details = document.getElementById(id)?.querySelector('details.folded');
  if (details) details.open = true;
}

function banner(patient, composition, context) {
  const about = composition && [
    element('strong', {}, composition.title ?? conceptText(composition.type)),
    dateText(composition.date),
    labelOf(context.find(composition.custodian), context.find),
    (composition.author ?? [])
      .map((author) => labelOf(context.find(author), context.find))
      .filter(Boolean)
      .slice(0, 2)
      .join('; '),
  ];
  const deceased = patient && choiceText(patient, 'deceased');
  const facts = patient
    ? [
        ['Sex', patient.gender],
        ['Born', dateText(patient.birthDate)],
        ['Deceased', deceased === 'no' ? '' : deceased],
        ['Identifiers', (patient.identifier ?? []).map(identifierText).filter(Boolean).join(', ')],
        ['Address', addressText(patient.address?.[0])],
        ['Contact', (patient.telecom ?? []).map(contactText).join(', ')],
        [
          'Language',
          (patient.communication ?? [])
            .map(({ language }) => languageText(language))
            .filter(Boolean)
            .join(', '),
        ],
      ].filter(([, text]) => text)
    : [];
  return element(
    'section',
    { class: 'banner', 'aria-label': 'Patient and document' },
    element(
      'div',
      { class: 'who' },
      element('h2', {}, patient ? nameText(patient.name) || 'No name' : 'No patient'),
      patient && detailsButton(patient, context),
    ),
    element(
      'dl',
      { class: 'facts' },
      facts.map(([name, text]) => element('div', {}, element('dt', {}, name), element('dd', {}, text))),
    ),
    about &&
      element(
        'p',
        { class: 'about' },
        about.filter(Boolean).flatMap((part, index) => (index === 0 ? [part] : [' · ', part])),
      ),
  );
}

function toolbar(count, download) {
  const button = (text, accept, extension, main) =>
    element(
      'button',
      { type: 'button', class: main ? 'main' : undefined, onclick: () => void download(accept, extension) },
      text,
    );
  return element(
    'div',
    { class: 'toolbar' },
    element('span', { class: 'made' }, `${count} resources`),
    element(
      'span',
      { class: 'buttons' },
      button('Download Bundle', 'application/fhir+json', 'json', true),
      button('XML', 'application/fhir+xml', 'xml'),
      button('NDJSON', 'application/fhir+ndjson', 'ndjson'),
    ),
  );
}

function kindSection(kind, rows, context) {
  const groups = kind.groups === undefined ? [[undefined, rows]] : grouped(rows, context);
  const used = kind.columns.filter(({ text }) => rows.some((row) => text(row, context.find) !== ''));
  const content = table(used, groups, context);
  return section(kind.id, kind.title, rows.length, kind.folded ? folded(`Show ${rows.length}`, content) : content);
}

function folded(summary, content) {
  return element('details', { class: 'folded' }, element('summary', {}, summary), content);
}

/** Results stand under the report that they belong to, in the order of the document. */
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

function reportsOf(resources, find) {
  const reports = new Map();
  for (const report of resources) {
    if (report.resourceType !== 'DiagnosticReport') continue;
    for (const reference of report.result ?? []) if (find(reference)) reports.set(find(reference), report);
  }
  return reports;
}

/** One table for all groups, so that their columns stand under each other. */
function table(columns, groups, context) {
  const heads = columns.map(({ title }) => element('th', { scope: 'col' }, title));
  const source = element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Source'));
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group' },
    element(
      'table',
      { class: 'rows' },
      element('thead', {}, element('tr', {}, heads, source)),
      groups.map(([title, rows]) =>
        element(
          'tbody',
          {},
          title &&
            element('tr', { class: 'group' }, element('th', { scope: 'rowgroup', colspan: columns.length + 1 }, title)),
          rows.map((row) => tableRow(columns, row, context)),
        ),
      ),
    ),
  );
}

function tableRow(columns, row, context) {
  const cells = columns.map(({ title, text, codes, flag }, index) => {
    const shown = text(row, context.find);
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

function detailsButton(resource, context) {
  const label = `Resource and source of ${labelOf(resource, context.find) || resource.resourceType}`;
  return element(
    'button',
    {
      type: 'button',
      class: 'source',
      'aria-label': label,
      title: 'The resource, and where each value came from',
      onclick: () => openResource(resource, context),
    },
    '{ }',
  );
}

function narrativeSection(composition) {
  const parts = flatten(composition?.section ?? []).filter(({ text }) => text?.div !== undefined);
  if (parts.length === 0) return undefined;
  return section(
    'narrative',
    'Narrative',
    parts.length,
    parts.map(({ title, code, text }) => {
      const name = title ?? conceptText(code) ?? 'Section';
      const details = element('details', { class: 'part' }, element('summary', {}, name));
      // A frame for each section is dear; it is made when somebody looks.
      details.addEventListener(
        'toggle',
        () => details.childElementCount === 1 && details.append(narrativeFrame(text.div, name)),
        { once: true },
      );
      return details;
    }),
  );
}

function flatten(sections) {
  return sections.flatMap((each) => [each, ...flatten(each.section ?? [])]);
}

function issueSection(issues) {
  const real = issues.filter(
    ({ code, severity }) => !(code === 'informational' && severity === 'information' && issues.length === 1),
  );
  const alike = new Map();
  for (const issue of real) {
    const key = `${issue.severity} ${issue.details.text}`;
    alike.set(key, [...(alike.get(key) ?? []), issue]);
  }
  return section(
    'issues',
    'Issues of the document',
    real.length,
    real.length === 0
      ? element('p', { class: 'note' }, 'None was found.')
      : element('ul', { class: 'issues' }, [...alike.values()].map(issueItem)),
  );
}

/** The same problem at many places is one item with all of them. */
function issueItem(issues) {
  const [{ severity, details }] = issues;
  const places = issues
    .map(({ extension }) => extension?.find(({ url }) => url.endsWith('issue-line'))?.valueInteger)
    .filter(Boolean);
  const shown = places.slice(0, 12).join(', ');
  const more = places.length > 12 ? ` and ${places.length - 12} more` : '';
  return element(
    'li',
    { class: severity },
    element('span', {}, details.text),
    places.length === 0 ? undefined : element('small', {}, `${places.length === 1 ? 'line' : 'lines'} ${shown}${more}`),
  );
}

/** A part of the page with its heading, and what the chips need to know of it. */
function section(id, title, count, ...content) {
  const heading = element('h3', { id: `${id}-title` }, title, ' ', element('span', { class: 'count' }, count));
  const node = element(
    'section',
    { class: 'part-of-result', id, 'aria-labelledby': `${id}-title` },
    heading,
    ...content,
  );
  return { id, title, count, node };
}

/** The result of one document, part by part. */
import { banner } from './banner.js';
import { element } from './element.js';
import { issueSection } from './issues.js';
import { sorted } from './kinds.js';
import { ledgerSection } from './ledger.js';
import { narrativeSection } from './narrative.js';
import { purposeSection } from './purposes.js';
import { kindSection, reportsOf } from './rows.js';

export function showResult(root, { bundle, ledger, trace, issues, download, ask, source }) {
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
    purposeSection({ ask, source, composition }),
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

/** Opens a folded part when somebody follows a link to it. */
function unfold(id) {
  const details = document.getElementById(id)?.querySelector('details.folded');
  if (details) details.open = true;
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

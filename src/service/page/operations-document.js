/** One document: its state, its events, and its Bundle. */
import { element } from './element.js';
import { scrollingTable } from './table.js';

export async function openDocument(id, client) {
  const [task, events] = await Promise.all([client.json(`/documents/${id}`), client.json(`/documents/${id}/$events`)]);
  const dialog = document.getElementById('dialog');
  const body = document.getElementById('dialog-body');
  document.getElementById('dialog-title').textContent = `Document ${id}`;
  const state = task.businessStatus.text;
  const hasBundle = (task.output ?? []).some(({ type }) => type.text === 'Bundle');
  const bundle = element('div', {});
  body.replaceChildren(
    element('p', {}, element('span', { class: 'tag' }, state), ' ', task.statusReason?.text),
    element('h3', {}, 'What happened'),
    scrollingTable(
      'What happened',
      ['At', 'What', 'More'],
      element(
        'tbody',
        {},
        events.map(({ at, what, detail }) =>
          element(
            'tr',
            {},
            element('td', {}, at.replace('T', ' ').slice(0, 23)),
            element('th', { scope: 'row' }, what),
            element('td', {}, detail === null ? '' : detailText(detail)),
          ),
        ),
      ),
    ),
    deliveries(task),
    element(
      'p',
      { class: 'buttons' },
      hasBundle
        ? element(
            'button',
            { type: 'button', class: 'quiet', onclick: () => void showBundle(bundle, id, client) },
            'Show the Bundle',
          )
        : '',
      state === 'held'
        ? element(
            'button',
            {
              type: 'button',
              onclick: async () => {
                await client.post(`/documents/${id}/$release`);
                await openDocument(id, client);
              },
            },
            'Release',
          )
        : '',
    ),
    bundle,
  );
  if (!dialog.open) dialog.showModal();
  body.scrollTop = 0;
}

function detailText(detail) {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${name === 'mapping' ? value.slice(0, 12) : said(value)}`)
    .join(', ');
}

function said(value) {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function deliveries({ output = [] }) {
  const lines = output.filter(({ type }) => type.text === 'delivery').map(({ valueString }) => valueString);
  if (lines.length === 0) return '';
  return element(
    'div',
    {},
    element('h3', {}, 'Deliveries'),
    element(
      'ul',
      {},
      lines.map((line) => element('li', {}, line)),
    ),
  );
}

/** The Bundle has data of a patient, so it is fetched only when somebody wants to see it. The audit log records that. */
async function showBundle(place, id, client) {
  const text = await (await client.call(`/documents/${id}/$bundle`)).text();
  const { entry = [] } = JSON.parse(text);
  const counts = new Map();
  for (const { resource } of entry) counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
  place.replaceChildren(
    element('h3', {}, `Bundle, ${entry.length} entries`),
    scrollingTable(
      'Resources of the Bundle',
      ['Resource', 'Count'],
      element(
        'tbody',
        {},
        [...counts]
          .sort()
          .map(([type, count]) =>
            element('tr', {}, element('th', { scope: 'row' }, type), element('td', { class: 'number' }, count)),
          ),
      ),
    ),
    element(
      'details',
      {},
      element('summary', {}, 'As JSON'),
      element('pre', { tabindex: 0, class: 'source-lines', 'aria-label': 'The Bundle as JSON' }, indented(text)),
    ),
  );
}

/** Indents JSON and keeps the digits of its numbers: `5.0` stays `5.0`. */
function indented(text) {
  return text.startsWith('{\n') ? text : JSON.stringify(JSON.parse(text, keepDigits), undefined, 2);
}

function keepDigits(_key, value, context) {
  const isOther = typeof value === 'number' && context?.source !== undefined && context.source !== String(value);
  return isOther && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}

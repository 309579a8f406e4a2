import { element } from './element.js';
import { age } from './operations-age.js';
import { openDocument } from './operations-document.js';
import { scrollingTable } from './table.js';

let shown = '';

/**
 * The state of each receiver, with its buttons.
 *
 * @param isOfAll whether the numbers are those of several tenants; then dead letters are counted, but not listed
 */
export function showReceivers(place, receivers, client, isOfAll) {
  // Drawn again only if something has changed, so that no button disappears just before somebody presses it.
  const text = JSON.stringify([receivers, isOfAll]);
  if (text === shown) return;
  shown = text;
  if (receivers.length === 0) {
    place.replaceChildren(
      element('p', { class: 'note' }, 'The settings have no receivers: converted documents stay in the store.'),
    );
    return;
  }
  const rows = receivers.map((receiver) => row(receiver, client, isOfAll));
  const headings = ['Receiver', 'State', 'Waiting', 'Oldest', 'Delivered', 'Dead letters', ''];
  place.replaceChildren(
    scrollingTable(
      'Receivers',
      headings.map((heading) =>
        heading === '' ? element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Action')) : heading,
      ),
      element('tbody', {}, rows),
    ),
  );
}

function row({ name, state, reason, waiting, oldest, delivered, dead }, client, isOfAll) {
  const act = (action) => async () => {
    await client.post(`/receivers/${encodeURIComponent(name)}/$${action}`);
  };
  const seconds = oldest === null ? undefined : Math.max(0, Math.round((Date.now() - oldest) / 1000));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    element('td', {}, element('span', { class: state === 'up' ? 'tag' : 'flag' }, state), ' ', reason),
    element('td', { class: 'number', 'data-label': 'waiting' }, waiting.toLocaleString('en')),
    element('td', { 'data-label': 'the oldest' }, seconds === undefined ? '–' : age(seconds)),
    element('td', { class: 'number', 'data-label': 'delivered' }, delivered.toLocaleString('en')),
    element(
      'td',
      { class: 'number', 'data-label': 'dead letters' },
      dead === 0 || isOfAll
        ? dead.toLocaleString('en')
        : element(
            'button',
            {
              type: 'button',
              class: 'quiet',
              'aria-label': `${dead} dead letters of ${name}`,
              onclick: () => void openDead(name, client),
            },
            dead.toLocaleString('en'),
          ),
    ),
    element(
      'td',
      {},
      state === 'paused'
        ? element(
            'button',
            { type: 'button', class: 'quiet', 'aria-label': `Resume ${name}`, onclick: act('resume') },
            'Resume',
          )
        : element(
            'button',
            { type: 'button', class: 'quiet', 'aria-label': `Pause ${name}`, onclick: act('pause') },
            'Pause',
          ),
    ),
  );
}

/** The dead letters of a receiver, with its answers. */
async function openDead(name, client) {
  const path = `/receivers/${encodeURIComponent(name)}`;
  const { letters } = await client.json(`${path}/$dead`);
  const dialog = document.getElementById('dialog');
  document.getElementById('dialog-title').textContent = `Dead letters of ${name}`;
  const rows = letters.map(({ document: id, at, attempts, status, outcome }) =>
    element(
      'tr',
      {},
      element(
        'td',
        {},
        element('button', { type: 'button', class: 'quiet', onclick: () => void openDocument(id, client) }, id),
      ),
      element('td', {}, at.replace('T', ' ').slice(0, 19)),
      element('td', { class: 'number' }, attempts),
      element('td', { class: 'number' }, status ?? '–'),
      element(
        'td',
        {},
        (outcome?.issue ?? []).map(({ details, diagnostics }) => details?.text ?? diagnostics).join('; ') || '–',
      ),
    ),
  );
  document.getElementById('dialog-body').replaceChildren(
    scrollingTable('Dead letters', ['Document', 'At', 'Attempts', 'Status', 'Answer'], element('tbody', {}, rows)),
    element(
      'p',
      {},
      element(
        'button',
        {
          type: 'button',
          onclick: async () => {
            await client.post(`${path}/$redeliver`);
            dialog.close();
          },
        },
        'Send all of them again',
      ),
    ),
  );
  if (!dialog.open) dialog.showModal();
}

/** What became of every fact of the document: totals as one bar, and the facts that no mapping reads. */
import { element } from './element.js';
import { scrollingTable } from './table.js';

const MEANINGS = {
  mapped: 'is in a resource',
  used: 'decided something',
  narrative: 'kept as narrative',
  dropped: 'left out by a rule',
  unmapped: 'not read by any mapping',
};
/** How many rows are made at a time: a large document has thousands. */
const PAGE = 25;

export function ledgerSection(parts) {
  const totals = Object.fromEntries(
    (parts.find(({ name }) => name === 'totals')?.part ?? []).map(({ name, valueInteger }) => [name, valueInteger]),
  );
  const items = parts
    .filter(({ name }) => name === 'item')
    .map(({ part }) => Object.fromEntries(part.map((each) => [each.name, each.valueString ?? each.valueInteger])));
  const unmapped = items.filter(({ status }) => status === 'unmapped');
  const node = element(
    'section',
    { class: 'part-of-result', id: 'ledger', 'aria-labelledby': 'ledger-title' },
    element('h3', { id: 'ledger-title' }, 'Ledger ', element('span', { class: 'count' }, totals.facts ?? 0)),
    element(
      'p',
      { class: 'note' },
      'Nothing is lost in silence: every fact of the document is in one of these groups.',
    ),
    bar(totals),
    legend(totals),
    unmapped.length === 0 ? element('p', { class: 'note' }, 'Every fact is accounted for.') : factList(items),
  );
  return { id: 'ledger', title: 'Ledger', count: totals.facts, node };
}

function bar(totals) {
  const strip = element('div', { class: 'bar', 'aria-hidden': 'true' });
  for (const name of Object.keys(MEANINGS)) {
    if (!totals[name]) continue;
    const piece = element('span', { class: `bar-${name}` });
    piece.style.flexGrow = totals[name];
    strip.append(piece);
  }
  return strip;
}

function legend(totals) {
  const share = (count) =>
    totals.facts ? `${((100 * count) / totals.facts).toFixed(count === 0 || count === totals.facts ? 0 : 1)} %` : '';
  return element(
    'dl',
    { class: 'legend' },
    Object.entries(MEANINGS).map(([name, meaning]) =>
      element(
        'div',
        {},
        element('dt', {}, element('span', { class: `swatch bar-${name}`, 'aria-hidden': 'true' }), name),
        element(
          'dd',
          {},
          element('strong', {}, totals[name] ?? 0),
          ` ${share(totals[name] ?? 0)}`,
          element('small', {}, meaning),
        ),
      ),
    ),
  );
}

function factList(items) {
  let shown = PAGE;
  let status = 'unmapped';
  let words = '';
  const body = element('tbody');
  const more = element('button', { type: 'button', onclick: () => render((shown += PAGE * 8)) }, 'Show more');
  const count = element('span', { class: 'note', role: 'status' });
  const statuses = ['unmapped', 'dropped', 'narrative'].filter((name) => items.some((item) => item.status === name));
  const choice = element(
    'select',
    { onchange: () => ((status = choice.value), render((shown = PAGE))) },
    statuses.map((name) => element('option', { value: name }, name)),
  );
  const search = element('input', {
    type: 'search',
    placeholder: 'path, value or reason',
    oninput: () => ((words = search.value.toLowerCase()), render((shown = PAGE))),
  });

  function render() {
    const found = items.filter(
      (item) =>
        item.status === status &&
        (words === '' || `${item.path} ${item.value} ${item.reason}`.toLowerCase().includes(words)),
    );
    body.replaceChildren(...found.slice(0, shown).map(factRow));
    more.hidden = found.length <= shown;
    count.textContent = `${Math.min(shown, found.length)} of ${found.length}`;
  }
  render();
  return element(
    'div',
    { class: 'fact-list' },
    element(
      'div',
      { class: 'filter' },
      element('label', {}, 'Facts that are ', choice),
      element('label', {}, 'with ', search),
      count,
    ),
    scrollingTable('Facts', ['Value', 'Place', 'Line', 'Reason'], body, { className: 'rows facts-table' }),
    more,
  );
}

function factRow({ path, value, line, column, reason, rule }) {
  return element(
    'tr',
    {},
    element('th', { scope: 'row', 'data-label': 'Value' }, value ?? ''),
    element('td', { 'data-label': 'Place', title: path }, element('code', {}, shortPath(path))),
    element('td', { 'data-label': 'Line', class: 'number' }, `${line}:${column}`),
    element(
      'td',
      { 'data-label': 'Reason' },
      reason,
      rule === undefined ? undefined : element('small', { class: 'codes' }, rule),
    ),
  );
}

/** The end of a path says what the fact is. The beginning is the same for a thousand facts. */
export function shortPath(path) {
  const steps = (path ?? '').split('/');
  return steps.length <= 5 ? path : `…/${steps.slice(-4).join('/')}`;
}

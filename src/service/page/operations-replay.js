/** Converts documents again: first a dry run that shows the changes as tables, then, if somebody wants it, the real run. */
import { element } from './element.js';
import { scrollingTable } from './table.js';

const states = ['converted', 'delivered', 'undelivered', 'refused', 'failed'];

export function showReplay(form, result, client) {
  const field = (name, label, control) => element('label', {}, label, ' ', Object.assign(control, { name }));
  form.append(
    field(
      'mapping',
      'Which',
      element(
        'select',
        {},
        element('option', { value: 'not-current' }, 'converted with other mappings'),
        element('option', { value: '' }, 'all'),
      ),
    ),
    field(
      'state',
      'State',
      element(
        'select',
        {},
        element('option', { value: '' }, 'any'),
        states.map((state) => element('option', {}, state)),
      ),
    ),
    field('sender', 'Sender', element('input', { autocomplete: 'off', placeholder: 'any' })),
    element('button', {}, 'Dry run'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void tryOut(valuesOf(form), result, client);
  });
}

function valuesOf(form) {
  return [...new FormData(form)]
    .filter(([, value]) => value !== '')
    .map(([name, valueString]) => ({ name, valueString }));
}

async function run(parameter, client, told) {
  const begun = await client.post('/$replay', JSON.stringify({ resourceType: 'Parameters', parameter }));
  const path = new URL(begun.headers.get('content-location')).pathname;
  for (;;) {
    const response = await client.call(path);
    if (response.status === 200) return await response.json();
    told(response.headers.get('x-progress') ?? '');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function tryOut(parameter, result, client) {
  const told = (text) => result.replaceChildren(element('p', { class: 'note' }, `Running … ${text}`));
  told('');
  try {
    const answer = await run([...parameter, { name: 'dryRun', valueBoolean: true }], client, told);
    result.replaceChildren(summary(answer), differences(answer.differences ?? []), button());
  } catch (error) {
    result.replaceChildren(element('p', { class: 'status error' }, error.message));
  }

  function button() {
    return element(
      'p',
      {},
      element(
        'button',
        {
          type: 'button',
          onclick: async () => {
            try {
              const { documents } = await run(parameter, client, told);
              result.replaceChildren(
                element('p', { class: 'status good' }, `${documents} documents were converted again.`),
              );
            } catch (error) {
              result.replaceChildren(element('p', { class: 'status error' }, error.message));
            }
          },
        },
        'Convert them now',
      ),
    );
  }
}

function summary({ documents, same, added, changed, removed, failed }) {
  const counts = {
    documents,
    unchanged: same,
    'cannot be converted': failed,
    'resources added': added,
    'resources changed': changed,
    'resources removed': removed,
  };
  return scrollingTable(
    'What the dry run found',
    Object.keys(counts),
    element(
      'tbody',
      {},
      element(
        'tr',
        {},
        Object.values(counts).map((count) => element('td', { class: 'number' }, count)),
      ),
    ),
  );
}

function differences(all) {
  if (all.length === 0) return element('p', { class: 'note' }, 'No resource would change.');
  return scrollingTable(
    'What would change',
    ['Document', 'What', 'Resource', 'Elements'],
    element(
      'tbody',
      {},
      all.map(({ document: id, what, resource, elements = [] }) =>
        element(
          'tr',
          {},
          element('td', {}, id.slice(0, 8)),
          element('td', {}, element('span', { class: what === 'removed' ? 'flag' : 'tag' }, what)),
          element('th', { scope: 'row' }, resource),
          element('td', {}, elements.join(', ')),
        ),
      ),
    ),
  );
}

import { element } from './element.js';
import { openDocument } from './operations-document.js';
import { scrollingTable } from './table.js';

const COUNT = 25;

/** The newest documents; if a state is chosen, only documents in that state. */
export function showDocuments(place, client, state) {
  let shown = '';
  let asking = false;
  let asked = 0;
  let pages = 1;

  async function refresh(isNew = false) {
    if (isNew) pages = 1;
    if (asking && !isNew) return;
    asking = true;
    const mine = ++asked;
    try {
      const query = new URLSearchParams({
        _count: String(COUNT * pages),
        ...(state() === '' ? {} : { state: state() }),
      });
      const { entry = [], link } = await client.json(`/documents?${query}`);
      // Another state or tenant was chosen meanwhile.
      if (mine !== asked) return;
      draw(
        entry.map(({ resource }) => resource),
        link !== undefined,
      );
    } catch {
      // The next change fetches the list again.
    } finally {
      if (mine === asked) asking = false;
    }
  }

  function draw(tasks, isMore) {
    const text = JSON.stringify([state(), tasks]);
    if (text === shown) return;
    shown = text;
    const what = state() === '' ? 'the newest' : state();
    const more = element(
      'button',
      {
        type: 'button',
        class: 'quiet',
        onclick: () => {
          pages++;
          void refresh();
        },
      },
      'Show more',
    );
    place.replaceChildren(
      element('p', { class: 'note' }, tasks.length === 0 ? 'No documents to show.' : `Shown: ${what}.`),
      tasks.length === 0
        ? ''
        : scrollingTable(
            'Documents',
            ['Document', 'State', 'Received', 'Type', 'Reason'],
            element(
              'tbody',
              {},
              tasks.map((task) => row(task, client)),
            ),
          ),
      isMore ? element('p', {}, more) : '',
    );
  }

  return { refresh };
}

function row({ id, businessStatus, authoredOn, input = [], output = [], statusReason }, client) {
  const source = input.find(({ type }) => type.text === 'source')?.valueAttachment;
  const deliveries = output.filter(({ type }) => type.text === 'delivery').map(({ valueString }) => valueString);
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      element(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'aria-label': `Open document ${id}`,
          onclick: () => void openDocument(id, client),
        },
        id.slice(0, 8),
      ),
    ),
    element('td', {}, businessStatus.text.replace(/ by .*/, '')),
    element('td', {}, authoredOn.replace('T', ' ').slice(0, 19)),
    element('td', {}, source === undefined ? '' : `${source.contentType}, ${Math.ceil(source.size / 1000)} kB`),
    element('td', {}, statusReason?.text ?? deliveries.join('; ')),
  );
}

/** One resource as JSON, and for each of its values the place in the document that it came from. */
import { element } from './element.js';
import { shortPath } from './ledger.js';
import { labelOf } from './label.js';
import { scrollingTable } from './table.js';

const dialog = document.getElementById('dialog');
const body = document.getElementById('dialog-body');
const title = document.getElementById('dialog-title');

document.getElementById('dialog-close').addEventListener('click', () => dialog.close());
// A click outside the dialog is a click on its backdrop.
dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());

function openResource(resource, { find, trace }) {
  title.textContent = `${resource.resourceType}: ${labelOf(resource, find) || resource.id}`;
  const origins = originsOf(`${resource.resourceType}/${resource.id}`, trace);
  body.replaceChildren(
    element('h3', {}, 'Where it came from'),
    origins.length === 0
      ? element('p', { class: 'note' }, 'No value of this resource comes from one place in the document.')
      : originTable(origins),
    element('h3', {}, 'Resource'),
    element('pre', { tabindex: 0 }, element('code', {}, JSON.stringify(resource, undefined, 2))),
  );
  dialog.showModal();
  body.scrollTop = 0;
}

function originsOf(address, trace) {
  return trace
    .map(({ part }) => ({
      ...values(part),
      sources: part.filter(({ name }) => name === 'source').map((one) => values(one.part)),
    }))
    .filter(({ by, target }) => by === 'document' && target.startsWith(`${address}.`))
    .flatMap(({ target, file, rule, sources }) =>
      sources.map((source) => ({ ...source, file, rule, place: target.slice(address.length + 1) })),
    );
}

function values(part) {
  return Object.fromEntries(part.map((each) => [each.name, each.valueString ?? each.valueInteger]));
}

function originTable(origins) {
  return scrollingTable(
    'Sources',
    ['Element', 'Line', 'Source', 'Rule'],
    element(
      'tbody',
      {},
      origins.map(({ place, line, column, path, file, rule }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row', 'data-label': 'Element' }, element('code', {}, place)),
          element('td', { 'data-label': 'Line', class: 'number' }, `${line}:${column}`),
          element('td', { 'data-label': 'Source', title: path }, element('code', {}, shortPath(path))),
          element('td', { 'data-label': 'Rule' }, element('code', {}, `${file}#${rule ?? ''}`)),
        ),
      ),
    ),
  );
}

export function detailsButton(resource, context) {
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

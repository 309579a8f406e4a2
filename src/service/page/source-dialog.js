/** The place of a fact: its row in the narrative, and its line in the document. */
import { element } from './element.js';
import { flatten, narrativeFrame } from './narrative.js';

const AROUND = 5;

/** Opens the dialog of the page. */
export function openSource({ title, place, composition, text }) {
  const dialog = document.getElementById('dialog');
  const body = document.getElementById('dialog-body');
  document.getElementById('dialog-title').textContent = title;
  const lines = text.split(/\r\n|\n|\r/);
  const rendered = renderedPlace(place.reference, lines, composition);
  body.replaceChildren(
    rendered === undefined ? '' : element('h3', {}, `As the document shows it: ${rendered.title}`),
    rendered === undefined ? '' : narrativeFrame(rendered.div, rendered.title, rendered.id),
    element('h3', {}, `Line ${place.line}, column ${place.column}`),
    sourceLines(lines, place.line),
    element('p', { class: 'note' }, place.source),
  );
  dialog.showModal();
  body.scrollTop = 0;
}

/** The section whose narrative has the id that the entry refers to. Only the source has this id. */
function renderedPlace(reference, lines, composition) {
  if (reference === undefined) return undefined;
  const after = lines[reference.line - 1]?.slice(reference.column - 1) ?? '';
  const id = /^[^"']*["']#?([^"']+)["']/.exec(after)?.[1];
  if (id === undefined) return undefined;
  for (const { title = 'Section', text } of flatten(composition?.section ?? [])) {
    if (text?.div?.includes(`id="${id}"`)) return { title, div: text.div, id };
  }
  return undefined;
}

function sourceLines(lines, line) {
  const first = Math.max(1, line - AROUND);
  const shown = lines.slice(first - 1, line + AROUND);
  return element(
    'pre',
    {
      tabindex: 0,
      class: 'source-lines',
      'aria-label': `Lines ${first} to ${first + shown.length - 1} of the document`,
    },
    shown.map((text, index) => {
      const number = first + index;
      const content = [element('span', { class: 'line-number' }, number), ` ${text}\n`];
      return number === line ? element('mark', {}, content) : element('span', {}, content);
    }),
  );
}

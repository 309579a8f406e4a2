import { element } from './element.js';

/**
 * A table that scrolls sideways if the page is too narrow.
 *
 *   scrollingTable('Facts', ['Value', 'Line'], element('tbody', {}, rows))
 *
 * Without a label, the label of the surrounding section applies. A heading may also be an element.
 */
export function scrollingTable(label, headings, bodies, { className = 'rows' } = {}) {
  const heads = headings.map((heading) =>
    typeof heading === 'string' ? element('th', { scope: 'col' }, heading) : heading,
  );
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label },
    element('table', { class: className }, element('thead', {}, element('tr', {}, heads)), bodies),
  );
}

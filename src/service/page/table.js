import { element } from './element.js';

/**
 * A table that scrolls sideways where the page is too narrow for it.
 *
 *   scrollingTable('Facts', ['Value', 'Line'], element('tbody', {}, rows))
 *
 * Without a label it takes that of what stands around it; a heading may be an element of its own.
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

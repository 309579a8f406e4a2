import { element } from './element.js';

/** A part of the page with its heading, and with what the links at the top show of it. */
export function section(id, title, count, ...content) {
  const heading = element(
    'h3',
    { id: `${id}-title` },
    title,
    ' ',
    count === undefined ? undefined : element('span', { class: 'count' }, count),
  );
  const node = element(
    'section',
    { class: 'part-of-result', id, 'aria-labelledby': `${id}-title` },
    heading,
    ...content,
  );
  return { id, title, count, node };
}

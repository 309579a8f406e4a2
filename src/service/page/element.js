/**
 * Makes an element. Text is always text: nothing from a document ever becomes markup.
 *
 *   element('p', { class: 'note' }, 'Hello ', element('strong', {}, name))
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== ''));
  return made;
}

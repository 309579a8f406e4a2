import { element } from './element.js';

/** The states in the order in which a document passes through them. States that need somebody's attention come later. */
const states = [
  { name: 'received', means: 'waits' },
  { name: 'converting', means: 'a worker converts it' },
  { name: 'converted', means: 'has a Bundle' },
  { name: 'delivered', means: 'every receiver has it' },
  { name: 'opened', means: 'an envelope' },
  { name: 'replaced', means: 'the store has a newer version' },
  { name: 'held', means: 'another patient’s document has its id', isAlarm: true },
  { name: 'undelivered', means: 'a receiver refused it', isAlarm: true },
  { name: 'refused', means: 'not a CDA document, or broken', isAlarm: true },
  { name: 'failed', means: 'could not be converted', isAlarm: true },
  { name: 'cancelled', means: 'somebody cancelled it' },
  { name: 'purged', means: 'deleted, only its id is left' },
];

const known = new Map();

/** A tile for each state with its count; a count that has just changed is marked. A click on a tile filters the list. */
export function showStates(place, counts, chosen, choose) {
  if (place.childElementCount === 0) {
    place.className = 'tiles';
    for (const { name, means, isAlarm } of states) {
      const number = element('strong', {}, '0');
      const tile = element(
        'button',
        {
          type: 'button',
          class: 'tile',
          'aria-pressed': 'false',
          onclick: () => {
            choose(name);
            for (const [other, { tile: one }] of known)
              one.setAttribute('aria-pressed', String(other === name && one.getAttribute('aria-pressed') === 'false'));
          },
        },
        number,
        element('span', { class: 'tile-name' }, name),
        element('small', {}, means),
      );
      known.set(name, { tile, number, isAlarm, count: undefined });
      place.append(tile);
    }
  }
  for (const [name, one] of known) {
    const count = counts[name] ?? 0;
    one.tile.classList.toggle('moved', one.count !== undefined && one.count !== count);
    one.tile.classList.toggle('alarm', one.isAlarm === true && count > 0);
    one.tile.classList.toggle('none', count === 0);
    one.tile.setAttribute('aria-pressed', String(name === chosen));
    one.number.textContent = count.toLocaleString('en');
    one.count = count;
  }
}

import { element } from './element.js';

/** In the order in which a document comes through them, and what somebody should look at last. */
const states = [
  { name: 'received', means: 'waits' },
  { name: 'converting', means: 'a worker has it' },
  { name: 'converted', means: 'has a Bundle' },
  { name: 'delivered', means: 'every receiver has it' },
  { name: 'opened', means: 'an envelope' },
  { name: 'replaced', means: 'a newer version is here' },
  { name: 'held', means: 'its id is another patient’s', isAlarm: true },
  { name: 'undelivered', means: 'a receiver refused it', isAlarm: true },
  { name: 'refused', means: 'no document', isAlarm: true },
  { name: 'failed', means: 'could not be converted', isAlarm: true },
  { name: 'cancelled', means: 'somebody asked for that' },
  { name: 'purged', means: 'nothing of it is left' },
];

const known = new Map();

/** A tile for each state with its count; one that has just changed is marked. A tile chooses what the list shows. */
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

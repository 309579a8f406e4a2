import type { Period } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const EFFECTIVE_TIME = nameId('effectiveTime');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/**
 * Whether a period was over when the document was written: a name, an address or a telephone number of then is an old one,
 * not a second of today's. Without a time of the document, or on the very day (or month, or year), nobody can say.
 */
export function hasEnded(reading: Reading, period: Period | undefined): boolean {
  const end = period?.end?.slice(0, 10);
  if (end === undefined) return false;
  const today = dayOf(reading.tree).slice(0, end.length);
  return today.length === end.length && end < today;
}

/** An old one has `old` for its use; which use it had, FHIR can't say beside. */
export function dropUse(reading: Reading, fact: Node): void {
  if (fact !== NONE)
    reading.journal.dropped(fact, 'of what is no longer in use: FHIR has one use, and it is old', 'use');
}

const days = new WeakMap<Tree, string>();

/** The day of the document as `2024-03-01`, as far as it is said. */
function dayOf(tree: Tree): string {
  let day = days.get(tree);
  if (day === undefined) {
    const time = child(tree, ROOT_ELEMENT, EFFECTIVE_TIME);
    const fact = time === NONE ? NONE : attribute(tree, time, VALUE);
    const [, year = '', month, date] =
      /^(\d{4})(\d{2})?(\d{2})?/.exec(fact === NONE ? '' : valueOf(tree, fact).trim()) ?? [];
    day = [year, month, date].filter((part) => part !== undefined && part !== '').join('-');
    days.set(tree, day);
  }
  return day;
}

import { onceByTree } from '../../xml/by-node.js';
import type { Address, ContactPoint, HumanName, Period } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const EFFECTIVE_TIME = nameId('effectiveTime');
const USE = nameId('use');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/**
 * Gives a name, an address or a telephone number the use `old` if its time was over when the document was written, so
 * that nobody takes it for a current one. FHIR can't say its former use beside that. Answers whether it is old.
 */
export function becomesOld(reading: Reading, node: Node, said: Address | ContactPoint | HumanName): boolean {
  if (!hasEnded(reading, said.period)) return false;
  said.use = 'old';
  const use = attribute(reading.tree, node, USE);
  if (use !== NONE)
    reading.journal.dropped(use, 'it is no longer in use: FHIR has only one use for it, which is old', 'use');
  return true;
}

/** If the document has no time, or the end is on the same day (or month, or year), nobody can say. */
function hasEnded(reading: Reading, period: Period | undefined): boolean {
  const end = period?.end?.slice(0, 10);
  if (end === undefined) return false;
  const today = dayOf(reading.tree).slice(0, end.length);
  return today.length === end.length && end < today;
}

/** The day of the document, `2024-03-01`, or as much of it as is known. */
const dayOf = onceByTree((tree: Tree): string => {
  const time = child(tree, ROOT_ELEMENT, EFFECTIVE_TIME);
  const fact = time === NONE ? NONE : attribute(tree, time, VALUE);
  const [, year = '', month, date] =
    /^(\d{4})(\d{2})?(\d{2})?/.exec(fact === NONE ? '' : valueOf(tree, fact).trim()) ?? [];
  return [year, month, date].filter((part) => part !== undefined && part !== '').join('-');
});

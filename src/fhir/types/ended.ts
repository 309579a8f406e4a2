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
 * Gives a name, an address or a telephone number whose time was over when the document was written `old` for its use: it is
 * no second one of today's. Which use it had, FHIR can't say beside. Answers whether it is old.
 */
export function becomesOld(reading: Reading, node: Node, said: Address | ContactPoint | HumanName): boolean {
  if (!hasEnded(reading, said.period)) return false;
  said.use = 'old';
  const use = attribute(reading.tree, node, USE);
  if (use !== NONE) reading.journal.dropped(use, 'of what is no longer in use: FHIR has one use, and it is old', 'use');
  return true;
}

/** Without a time of the document, or on the very day (or month, or year), nobody can say. */
function hasEnded(reading: Reading, period: Period | undefined): boolean {
  const end = period?.end?.slice(0, 10);
  if (end === undefined) return false;
  const today = dayOf(reading.tree).slice(0, end.length);
  return today.length === end.length && end < today;
}

/** The day of the document as `2024-03-01`, as far as it is said. */
const dayOf = onceByTree((tree: Tree): string => {
  const time = child(tree, ROOT_ELEMENT, EFFECTIVE_TIME);
  const fact = time === NONE ? NONE : attribute(tree, time, VALUE);
  const [, year = '', month, date] =
    /^(\d{4})(\d{2})?(\d{2})?/.exec(fact === NONE ? '' : valueOf(tree, fact).trim()) ?? [];
  return [year, month, date].filter((part) => part !== undefined && part !== '').join('-');
});

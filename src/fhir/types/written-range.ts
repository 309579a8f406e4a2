import type { Range } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { valueFact } from '../../cda/types/interval.js';
import { readPq } from '../../cda/types/pq.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import { below } from './place.js';
import { derivedQuantity } from './quantity.js';

const TWO_NUMBERS = /^(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)$/;

/** The two numbers that stand in the place of one: `5-10`, `1 to 2`. Undefined if the first is not the smaller one. */
function twoNumbers({ tree }: Reading, node: Node): readonly [low: string, high: string] | undefined {
  const fact = valueFact(tree, node);
  const [, low, high] = (fact === NONE ? null : TWO_NUMBERS.exec(valueOf(tree, fact).trim())) ?? [];
  return low !== undefined && high !== undefined && Number(low) < Number(high) ? [low, high] : undefined;
}

/** Whether a PQ has two numbers where CDA requires one. It has only one meaning. */
export function isWrittenRange(reading: Reading, node: Node): boolean {
  return twoNumbers(reading, node) !== undefined;
}

/**
 * The Range that a PQ with two numbers is.
 *
 *   <doseQuantity value="1-2" unit="mg"/>  ->  { low: 1 mg, high: 2 mg }
 */
export function writtenRange(reading: Reading, node: Node, suffix: string): Range | undefined {
  const numbers = twoNumbers(reading, node);
  if (numbers === undefined) return undefined;
  const pq = readPq(reading.tree, node);
  reading.journal.mapped(pq.value, suffix);
  return {
    low: derivedQuantity(reading, numbers[0], pq, below(suffix, 'low')),
    high: derivedQuantity(reading, numbers[1], pq, below(suffix, 'high')),
  };
}

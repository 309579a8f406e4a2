import type { Range } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { readInterval } from '../../cda/types/interval.js';
import { NONE, type Node } from '../../xml/tree.js';
import { onlyAbsent } from './data-absent-reason.js';
import { dropInclusive } from './inclusive.js';
import { below } from './place.js';
import { derivedRange } from './quantity-bounds.js';
import { derivedQuantity, toSimpleQuantity } from './quantity.js';
import { writtenRange } from './written-range.js';

/**
 * A FHIR Range from an IVL_PQ (IVL_INT, IVL_REAL) with one or two bounds, or with one bound and a width (see
 * derivedRange). A bound that is no number is left open.
 *
 * FHIR R4 rng-2 requires that the low is not above the high. So two bounds with different units, with a unit on one
 * side only, or in the wrong order are no Range; then nothing is marked. A Range can't say `inclusive="false"`, which
 * is dropped.
 */
export function toRange(reading: Reading, node: Node, suffix = ''): Range | undefined {
  const { journal, tree } = reading;
  const checkpoint = journal.checkpoint;
  const written = writtenRange(reading, node, suffix);
  if (written !== undefined) return written;
  const derived = derivedRange(reading, node);
  if (derived !== undefined) {
    for (const fact of derived.facts) journal.mapped(fact, suffix);
    return {
      low: derivedQuantity(reading, derived.low, derived.unit, below(suffix, 'low')),
      high: derivedQuantity(reading, derived.high, derived.unit, below(suffix, 'high')),
    };
  }
  const { low, high } = readInterval(tree, node);
  const range: Range = {};
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (bound === NONE) continue;
    const before = journal.checkpoint;
    const quantity = toSimpleQuantity(reading, bound, below(suffix, name));
    if (quantity?.value === undefined) journal.rollback(before);
    else {
      range[name] = quantity;
      dropInclusive(reading, bound);
    }
  }
  if (range.low === undefined && range.high === undefined) {
    return onlyAbsent(reading, node, suffix);
  }
  if (range.low === undefined || range.high === undefined) return range;
  const isOrdered = range.low.value! <= range.high.value!;
  if (range.low.unit === range.high.unit && isOrdered) return range;
  if (!isOrdered && range.low.unit === range.high.unit) {
    reading.warn('impossible-number', 'The low of this range is above its high.', node);
  }
  journal.rollback(checkpoint);
  return undefined;
}

import type { Quantity, Ratio } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { child, NONE, type Node } from '../../xml/tree.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { isMoney, toMoneyQuantity } from './money.js';
import { below } from './place.js';
import { toQuantity } from './quantity.js';

const NUMERATOR = nameId('numerator');
const DENOMINATOR = nameId('denominator');

/**
 * A FHIR Ratio from an RTO of PQ, REAL, INT or MO. FHIR R4 rat-1 requires both parts or neither. So one part alone,
 * which CDA's schema doesn't allow either, gives no Ratio, and nothing is marked.
 */
export function toRatio(reading: Reading, node: Node, suffix = ''): Ratio | undefined {
  const checkpoint = reading.journal.checkpoint;
  const numerator = part(reading, node, NUMERATOR, below(suffix, 'numerator'));
  const denominator = part(reading, node, DENOMINATOR, below(suffix, 'denominator'));
  const isWhole = numerator !== undefined && denominator !== undefined;
  if (!isWhole) reading.journal.rollback(checkpoint);
  const extension = dataAbsentReason(reading, node, suffix);
  const parts = isWhole ? { numerator, denominator } : undefined;
  return extension === undefined ? parts : { extension, ...parts };
}

function part(reading: Reading, node: Node, name: number, suffix: string): Quantity | undefined {
  const found = child(reading.tree, node, name);
  if (found === NONE) return undefined;
  return isMoney(reading, found) ? toMoneyQuantity(reading, found, suffix) : toQuantity(reading, found, suffix);
}

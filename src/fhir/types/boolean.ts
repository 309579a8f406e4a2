import type { Reading } from '../../cda/reading.js';
import { valueFact } from '../../cda/types/interval.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { impossible, onlyAbsent } from './data-absent-reason.js';

/**
 * A FHIR boolean from a BL. CDA has only `true` and `false`. Any other text gives the reason `error`, with the text
 * beside it.
 */
export function toBoolean(reading: Reading, node: Node, suffix = ''): Primitive<boolean> | undefined {
  const fact = valueFact(reading.tree, node);
  if (fact === NONE) return onlyAbsent(reading, node, suffix);
  const text = valueOf(reading.tree, fact).trim();
  reading.journal.mapped(fact, suffix);
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  return impossible(text);
}

import type { Reading } from '../../cda/reading.js';
import { valueFact } from '../../cda/types/interval.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { absent, dataAbsentReason } from './data-absent-reason.js';
import { originalText } from './original-text.js';

/**
 * A FHIR boolean from a BL. CDA has only `true` and `false`. Any other text gives the reason `error`, with the text
 * beside it.
 */
export function toBoolean(reading: Reading, node: Node, suffix = ''): Primitive<boolean> | undefined {
  const fact = valueFact(reading.tree, node);
  if (fact === NONE) {
    const extension = dataAbsentReason(reading, node, suffix);
    return extension && { extension };
  }
  const text = valueOf(reading.tree, fact).trim();
  reading.journal.mapped(fact, suffix);
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  return { extension: [absent('error'), originalText(text)] };
}

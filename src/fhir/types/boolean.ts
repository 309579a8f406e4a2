import type { Reading } from '../../cda/reading.js';
import { valueFact } from '../../cda/types/interval.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { impossible, onlyAbsent } from './data-absent-reason.js';
import { originalText } from './original-text.js';

/**
 * What a text means as a truth value, in any letter case. CDA has only `true` and `false`; programs also write what XML
 * Schema has (`1`, `0`) or the answer in words. Undefined for any other text.
 */
export function truthOf(text: string): boolean | undefined {
  if (/^(?:true|1|y|yes)$/i.test(text)) return true;
  return /^(?:false|0|n|no)$/i.test(text) ? false : undefined;
}

/**
 * A FHIR boolean from a BL. A text that is not CDA's own is kept beside it; one that means neither gives the reason
 * `error`.
 */
export function toBoolean(reading: Reading, node: Node, suffix = ''): Primitive<boolean> | undefined {
  const fact = valueFact(reading.tree, node);
  if (fact === NONE) return onlyAbsent(reading, node, suffix);
  const text = valueOf(reading.tree, fact).trim();
  reading.journal.mapped(fact, suffix);
  const value = truthOf(text);
  if (value === undefined) return impossible(text);
  return String(value) === text ? { value } : { value, extension: [originalText(text)] };
}

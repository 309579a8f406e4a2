import { referenceOf } from '../../cda/narrative.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, isElement, NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { dataAbsentReason } from './data-absent-reason.js';

const VALUE = nameId('value');

/**
 * A FHIR uri or url from a TEL or URL, or from the reference of an ED. A reference into the narrative of this document
 * is no URI, and neither is a text with white space (FHIR R4 2.24.0.1). Both are not marked.
 */
export function toUri(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  const fact = uriAttribute(reading, node);
  const value = fact === NONE ? '' : valueOf(reading.tree, fact).trim();
  if (/^[^\s#]\S*$/.test(value)) {
    reading.journal.mapped(fact, suffix);
    return { value };
  }
  const extension = isElement(reading.tree, node) ? dataAbsentReason(reading, node, suffix) : undefined;
  return extension && { extension };
}

function uriAttribute(reading: Reading, node: Node): Node {
  const { tree } = reading;
  if (!isElement(tree, node)) return node;
  const own = attribute(tree, node, VALUE);
  if (own !== NONE) return own;
  const reference = referenceOf(reading, node);
  return reference?.target === NONE ? reference.fact : NONE;
}

import type { Extension } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, isElement, NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { isCode } from './coding.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { originalText } from './original-text.js';
import { lineOf } from './text.js';

const CODE = nameId('code');
const ORIGINAL_TEXT = nameId('originalText');

/**
 * A FHIR code from the code of a CD, without its system. What the author wrote does not fit into a code, so it becomes
 * an originalText extension (C-CDA on FHIR, mapping guidance, guidance-27).
 */
export function toCode(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  const { tree, journal } = reading;
  const fact = isElement(tree, node) ? attribute(tree, node, CODE) : node;
  const code = fact === NONE ? '' : valueOf(tree, fact).trim();
  const extension = isElement(tree, node) ? writtenText(reading, node, suffix) : undefined;
  if (isCode(code)) {
    journal.mapped(fact, suffix);
    return { value: code, ...(extension && { extension: [extension] }) };
  }
  const reason = isElement(tree, node) ? dataAbsentReason(reading, node, suffix) : undefined;
  if (reason === undefined && extension === undefined) return undefined;
  return { extension: [...(reason ?? []), ...(extension === undefined ? [] : [extension])] };
}

function writtenText(reading: Reading, node: Node, suffix: string): Extension | undefined {
  const original = child(reading.tree, node, ORIGINAL_TEXT);
  const text = original === NONE ? undefined : lineOf(reading, original, suffix);
  return text === undefined ? undefined : originalText(text);
}

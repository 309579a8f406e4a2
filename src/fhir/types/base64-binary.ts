import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { asBase64, base64OfText, isBase64, ownCharacters } from './base64.js';
import { markTexts } from './text.js';

const REPRESENTATION = nameId('representation');

/**
 * A FHIR base64Binary from an ED: its base64 without white space, or its text as base64 (R4 2.24.0.1). Content that is
 * marked as base64 but is not gives nothing and a warning, because the bytes of a signature can't be guessed.
 *
 *   <sdtc:signatureText representation="B64">U2ln bmVk</sdtc:signatureText>  ->  U2lnbmVk
 */
export function toBase64Binary(reading: Reading, node: Node): Primitive<string> | undefined {
  const content = ownCharacters(reading, node).trim();
  if (content === '') return undefined;
  const encoded = isBase64(reading, node);
  const value = encoded ? asBase64(content) : base64OfText(content);
  if (value === undefined) {
    reading.warn('invalid-base64', 'This content is marked as base64, but is not.', node);
    return undefined;
  }
  markTexts(reading, node, '');
  const said = peek(reading, node, REPRESENTATION)?.trim();
  if (encoded || said === 'TXT') reading.journal.used(attribute(reading.tree, node, REPRESENTATION));
  return { value };
}

import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { firstChild, isText, nextSibling, NONE, valueOf, type Node } from '../../xml/tree.js';

const REPRESENTATION = nameId('representation');

/** The characters that a BIN holds itself, without what its child elements say. */
export function ownCharacters({ tree }: Reading, node: Node): string {
  let text = '';
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    if (isText(tree, n)) text += valueOf(tree, n);
  }
  return text;
}

/** Whether an ED says that its content is base64. */
export function isBase64(reading: Reading, node: Node): boolean {
  return peek(reading, node, REPRESENTATION)?.trim() === 'B64';
}

/** Base64 without its white space (FHIR R4 2.24.0.1 base64Binary), or undefined where the text is something else. */
export function asBase64(text: string): string | undefined {
  const compact = text.replace(/\s+/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? compact : undefined;
}

/** The text that bytes stand for, or undefined where they are no UTF-8. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function base64OfText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

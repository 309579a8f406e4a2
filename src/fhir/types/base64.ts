import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { firstChild, isText, nextSibling, NONE, valueOf, type Node } from '../../xml/tree.js';

const REPRESENTATION = nameId('representation');

/** The characters of an element itself, without those of its child elements. */
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

/** Base64 without white space (FHIR R4 2.24.0.1 base64Binary); undefined if the text is not base64. */
export function asBase64(text: string): string | undefined {
  const compact = text.replace(/\s+/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? compact : undefined;
}

/** The bytes as text; undefined if they are not UTF-8. */
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

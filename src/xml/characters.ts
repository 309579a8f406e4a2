/**
 * Which characters are allowed, which are white space, and which may stand in a name (XML 1.0, 5th edition, 2.2 and
 * 2.3). Every character of a document is looked at, so this is fast: a table has the answers for each of the 65,536
 * UTF-16 units, and the document is an array of numbers, which are read faster than the characters of a string.
 */
import { illFormed } from './fault.js';

export interface Characters {
  readonly source: string;
  /**
   * The UTF-16 units of `source` with a 0 after the last one. A 0 belongs to nothing, so loops stop there by
   * themselves.
   */
  readonly codes: Uint16Array;
}

/** White space: space, tab, line feed, carriage return. */
export const BLANK_CHARACTER = 1;
/** What a name may begin with, and what may follow. A colon is allowed in both here. */
export const NAME_START = 2;
export const NAME_PART = 4;
/** What is not a character by itself: units that XML does not allow, and each half of a surrogate pair. */
export const NO_CHARACTER = 8;
/**
 * What stops the fast loop in a text and in an attribute: markup, references, white space that becomes another
 * character, NO_CHARACTER.
 */
export const TEXT_SPECIAL = 16;
export const ATTRIBUTE_SPECIAL = 32;
export const RETURN = 64;

/** The answers for each UTF-16 unit: the bits above. */
export const classes = new Uint8Array(65_536);

/** The ranges of XML 1.0, 2.3 [4] and [4a]. Characters above U+FFFF are not here: see `isSupplementaryName`. */
const nameStarts =
  '::AZ__az\xC0\xD6\xD8\xF6\xF8\u02FF\u0370\u037D\u037F\u1FFF\u200C\u200D\u2070\u218F\u2C00\u2FEF\u3001\uD7FF\uF900\uFDCF\uFDF0\uFFFD';
const nameParts = '--..09\xB7\xB7\u0300\u036F\u203F\u2040';

mark(BLANK_CHARACTER, '\t\n\r\r  ');
mark(NAME_START | NAME_PART, nameStarts);
mark(NAME_PART, nameParts);
mark(NO_CHARACTER | TEXT_SPECIAL | ATTRIBUTE_SPECIAL, '\0\x08\x0B\x0C\x0E\x1F\uD800\uDFFF\uFFFE\uFFFF');
mark(TEXT_SPECIAL, '<<&&]]');
mark(ATTRIBUTE_SPECIAL, `<<&&""''\t\n\r\r`);
mark(RETURN, '\r\r');

/** Sets bits for ranges. Each range is given by its first and its last character. */
function mark(bits: number, ranges: string): void {
  for (let i = 0; i < ranges.length; i += 2) {
    for (let c = ranges.charCodeAt(i); c <= ranges.charCodeAt(i + 1); c++) classes[c]! |= bits;
  }
}

export function layOut(source: string): Characters {
  const codes = new Uint16Array(source.length + 1);
  const bytes = Buffer.from(codes.buffer);
  bytes.write(source, 'utf16le');
  if (!littleEndian) bytes.swap16();
  return { source, codes };
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

/** The first offset from `offset` that is not white space. */
export function skipBlank(codes: Uint16Array, offset: number): number {
  let i = offset;
  while ((classes[codes[i]!]! & BLANK_CHARACTER) !== 0) i++;
  return i;
}

/** The offset after the name that begins at `offset`; `offset` itself if no name begins there. */
export function skipName(codes: Uint16Array, offset: number): number {
  let i = offset + nameStartWidth(codes, offset);
  if (i === offset) return offset;
  for (;;) {
    if ((classes[codes[i]!]! & NAME_PART) !== 0) i++;
    else if (isSupplementaryName(codes, i)) i += 2;
    else return i;
  }
}

/** How many UTF-16 units the character at this offset has, if a name may begin with it; otherwise 0. */
export function nameStartWidth(codes: Uint16Array, offset: number): 0 | 1 | 2 {
  if ((classes[codes[offset]!]! & NAME_START) !== 0) return 1;
  return isSupplementaryName(codes, offset) ? 2 : 0;
}

/** A surrogate pair for U+10000 to U+EFFFF: all of them may stand anywhere in a name. */
function isSupplementaryName(codes: Uint16Array, offset: number): boolean {
  const c = codes[offset]!;
  return c >= 0xd800 && c <= 0xdb7f && isLowSurrogate(codes[offset + 1]!);
}

/** The offset after the character at `offset`. Throws if XML does not allow it (2.2). */
export function skipCharacter({ source, codes }: Characters, offset: number): number {
  const c = codes[offset]!;
  if ((classes[c]! & NO_CHARACTER) === 0) return offset + 1;
  if (c >= 0xd800 && c <= 0xdbff && isLowSurrogate(codes[offset + 1]!)) return offset + 2;
  const name = `U+${c.toString(16).toUpperCase().padStart(4, '0')}`;
  throw illFormed(source, offset, `the character ${name} is not allowed in XML`);
}

/** Throws if there is a character between the two offsets that XML does not allow. */
export function checkCharacters(text: Characters, from: number, to: number): void {
  const { codes } = text;
  let i = from;
  while (i < to) {
    if ((classes[codes[i]!]! & NO_CHARACTER) === 0) i++;
    else i = skipCharacter(text, i);
  }
}

/** Whether a character reference may name this code point (XML 1.0, 4.1, Legal Character). */
export function isLegalCodePoint(c: number): boolean {
  if (c > 0xffff) return c <= 0x10ffff;
  return (classes[c]! & NO_CHARACTER) === 0;
}

function isLowSurrogate(c: number): boolean {
  return c >= 0xdc00 && c <= 0xdfff;
}

/**
 * What a character may be: XML 1.0 (5th edition), 2.2 Char, 2.3 white space and names. ASCII is looked up in a table,
 * because nearly all of a document is ASCII and each of its characters is looked at once.
 */
import { illFormed } from './fault.js';

const BLANK = 1;
const NAME_START = 2;
const NAME_PART = 4;
const ILLEGAL = 8;

const ascii = new Uint8Array(128);
for (let c = 0; c < 0x20; c++) ascii[c] = ILLEGAL;
for (const c of [0x20, 0x09, 0x0a, 0x0d]) ascii[c] = BLANK;
for (const c of ':_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  ascii[c.charCodeAt(0)] = NAME_START | NAME_PART;
for (const c of '-.0123456789') ascii[c.charCodeAt(0)] = NAME_PART;

// Beyond ASCII, XML 1.0 2.3 [4] and [4a]. Supplementary characters up to U+EFFFF are all name characters.
const wideNameStart =
  /[\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]/;
const wideNamePart = /[\xB7\u0300-\u036F\u203F\u2040]/;

/** Space, tab, line feed or carriage return. */
export function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

/** The first offset from `offset` that is not white space. */
export function skipBlank(source: string, offset: number): number {
  let i = offset;
  while (i < source.length && isBlank(source.charCodeAt(i))) i++;
  return i;
}

/** The offset after the name that begins at `offset`; `offset` itself where none begins. Colons count as letters. */
export function skipName(source: string, offset: number): number {
  let i = offset;
  const width = nameWidth(source, i, NAME_START);
  if (width === 0) return offset;
  i += width;
  while (i < source.length) {
    const c = source.charCodeAt(i);
    if (c < 128) {
      if ((ascii[c]! & NAME_PART) === 0) break;
      i++;
    } else {
      const wide = nameWidth(source, i, NAME_PART);
      if (wide === 0) break;
      i += wide;
    }
  }
  return i;
}

/** Whether a name can begin at this offset. */
export function isNameStart(source: string, offset: number): boolean {
  return nameWidth(source, offset, NAME_START) !== 0;
}

/** How many UTF-16 units the name character at an offset takes; 0 where there is none. */
function nameWidth(source: string, offset: number, role: number): 0 | 1 | 2 {
  if (offset >= source.length) return 0;
  const c = source.charCodeAt(offset);
  if (c < 128) return (ascii[c]! & role) === 0 ? 0 : 1;
  if (c >= 0xd800 && c <= 0xdb7f) return isLowSurrogate(source.charCodeAt(offset + 1)) ? 2 : 0;
  const character = source[offset]!;
  return wideNameStart.test(character) || (role === NAME_PART && wideNamePart.test(character)) ? 1 : 0;
}

/** The offset after the character at `offset`, which must be one that XML allows (2.2). */
export function skipCharacter(source: string, offset: number): number {
  const c = source.charCodeAt(offset);
  if (c < 128 ? (ascii[c]! & ILLEGAL) === 0 : c < 0xd800 || (c > 0xdfff && c < 0xfffe)) return offset + 1;
  if (c >= 0xd800 && c <= 0xdbff && isLowSurrogate(source.charCodeAt(offset + 1))) return offset + 2;
  throw illFormed(source, offset, `the character ${codePointName(c)} is not allowed in XML`);
}

/** Refuses a stretch that holds a character that XML does not allow. */
export function checkCharacters(source: string, from: number, to: number): void {
  let i = from;
  while (i < to) i = skipCharacter(source, i);
}

/** Whether a character reference may name this code point (XML 1.0, 4.1, Legal Character). */
export function isLegalCodePoint(c: number): boolean {
  if (c < 0x20) return isBlank(c);
  return c < 0xd800 || (c > 0xdfff && c < 0xfffe) || (c > 0xffff && c <= 0x10ffff);
}

function isLowSurrogate(c: number): boolean {
  return c >= 0xdc00 && c <= 0xdfff;
}

function codePointName(c: number): string {
  return `U+${c.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** From bytes to characters. */
import { isAscii, isUtf8 } from 'node:buffer';
import { DocumentError } from './document-error.js';
import { detectEncoding, type Encoding } from './encoding.js';
import { placeOf } from './fault.js';
import { refuseForeign } from './foreign.js';
import type { Issue } from './issue.js';

export interface DecodedDocument {
  /** The characters, without byte order mark. */
  readonly source: string;
  readonly encoding: Encoding;
  readonly issues: readonly Issue[];
}

/** The characters of windows-1252 for the bytes 80 to 9F; NUL where it has none. */
const windows1252 = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';

/**
 * Decodes a document. Throws DocumentError, with line and column, at the first byte that is not valid in the encoding.
 * Throws one, too, if the input is empty or no XML.
 */
export function decode(bytes: Uint8Array): DecodedDocument {
  refuseForeign(bytes);
  const { encoding, markLength, contradictedAt } = detectEncoding(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + markLength, bytes.byteLength - markLength);
  const source = decoders[encoding](buffer);
  const issues: Issue[] = [];
  if (contradictedAt !== undefined) {
    issues.push(
      mismatch(source, contradictedAt, `the document is in ${encoding}, but its XML declaration says otherwise`),
    );
  }
  const control = encoding === 'ISO-8859-1' ? buffer.findIndex((byte) => byte >= 0x80 && byte <= 0x9f) : -1;
  if (control !== -1) {
    issues.push(mismatch(source, control, 'the document is declared ISO-8859-1, but holds characters of windows-1252'));
  }
  return { source, encoding, issues };
}

const decoders: Readonly<Record<Encoding, (buffer: Buffer) => string>> = {
  'UTF-8': decodeUtf8,
  'UTF-16LE': decodeUtf16,
  'UTF-16BE': (buffer) => decodeUtf16(Buffer.from(buffer.subarray(0, buffer.length & ~1)).swap16(), buffer.length),
  // In ISO-8859-1 the bytes 80 to 9F are control characters. A sender who uses them means windows-1252 (WHATWG
  // Encoding, 4.2).
  'ISO-8859-1': decodeWindows1252,
  'windows-1252': decodeWindows1252,
  'US-ASCII': decodeAscii,
};

function decodeUtf8(buffer: Buffer): string {
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  throw undecodable(buffer.toString('utf8'), 'UTF-8', firstReplaced(buffer));
}

/**
 * Where the first invalid byte stands, as an offset in characters. Decoding puts U+FFFD there, but the document may
 * also have a valid U+FFFD of its own (EF BF BD).
 */
function firstReplaced(buffer: Buffer): number {
  const source = buffer.toString('utf8');
  let byte = 0;
  let from = 0;
  for (;;) {
    const found = source.indexOf('\uFFFD', from);
    byte += Buffer.byteLength(source.slice(from, found));
    if (buffer.readUIntBE(byte, Math.min(3, buffer.length - byte)) !== 0xefbfbd) return found;
    byte += 3;
    from = found + 1;
  }
}

function decodeUtf16(buffer: Buffer, length = buffer.length): string {
  const source = buffer.toString('utf16le');
  const lone = /[\uD800-\uDFFF]/u.exec(source);
  if (lone !== null) throw undecodable(source, 'UTF-16', lone.index);
  if (length % 2 !== 0) throw undecodable(source, 'UTF-16', source.length);
  return source;
}

function decodeWindows1252(buffer: Buffer): string {
  const source = buffer.toString('latin1');
  return source.replace(/[\x80-\x9f]/g, (character, offset: number) => {
    const decoded = windows1252[character.charCodeAt(0) - 0x80]!;
    if (decoded === '\0') throw undecodable(source, 'windows-1252', offset);
    return decoded;
  });
}

function decodeAscii(buffer: Buffer): string {
  const source = buffer.toString('latin1');
  const wide = /[\x80-\xff]/.exec(source);
  if (wide !== null) throw undecodable(source, 'US-ASCII', wide.index);
  return source;
}

function undecodable(source: string, encoding: string, offset: number): DocumentError {
  const { line, column } = placeOf(source, offset);
  return new DocumentError('structure', `the bytes are not valid ${encoding}`, line, column);
}

function mismatch(source: string, offset: number, text: string): Issue {
  return { severity: 'warning', code: 'encoding-mismatch', text, ...placeOf(source, offset) };
}

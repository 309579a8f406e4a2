/**
 * Finds out the encoding of a document: from the byte order mark, then from the pattern of the first bytes and from the
 * XML declaration (XML 1.0, F).
 */
import { DocumentError } from './document-error.js';

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'ISO-8859-1' | 'windows-1252' | 'US-ASCII';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** How many bytes the byte order mark has. */
  readonly markLength: 0 | 2 | 3;
  /**
   * Set if the XML declaration names another encoding than the bytes are in: the offset of that name in the document.
   */
  readonly contradictedAt?: number;
}

const labels = new Map<string, Encoding | 'UTF-16'>([
  ['utf-8', 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['utf-16', 'UTF-16'],
  ['utf16', 'UTF-16'],
  ['unicode', 'UTF-16'],
  ['ucs-2', 'UTF-16'],
  ['iso-10646-ucs-2', 'UTF-16'],
  ['utf-16le', 'UTF-16LE'],
  ['utf-16be', 'UTF-16BE'],
  ['iso-8859-1', 'ISO-8859-1'],
  ['iso_8859-1', 'ISO-8859-1'],
  ['iso8859-1', 'ISO-8859-1'],
  ['latin1', 'ISO-8859-1'],
  ['latin-1', 'ISO-8859-1'],
  ['windows-1252', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['us-ascii', 'US-ASCII'],
  ['ascii', 'US-ASCII'],
]);

const declaration = /^<\?xml[ \t\r\n][^<>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][A-Za-z0-9._-]*)\1/;

/** Throws DocumentError if the declared encoding is not supported, or the bytes are in UTF-32 or EBCDIC. */
export function detectEncoding(bytes: Uint8Array): DetectedEncoding {
  const [b0 = -1, b1 = -1, b2 = -1, b3 = -1] = bytes;
  if (
    (b0 === 0 && b1 === 0) ||
    (b1 === 0 && b2 === 0 && b3 === 0) ||
    (b0 === 0xff && b1 === 0xfe && b2 === 0 && b3 === 0)
  ) {
    throw new DocumentError('not-supported', 'the document is in UTF-32, which is not supported; send it in UTF-8');
  }
  if (b0 === 0x4c && b1 === 0x6f && b2 === 0xa7 && b3 === 0x94) {
    throw new DocumentError('not-supported', 'the document is in EBCDIC, which is not supported; send it in UTF-8');
  }
  const mark = markOf(b0, b1, b2);
  const seen = mark?.encoding ?? patternOf(b0, b1);
  const markLength = mark?.length ?? 0;
  const declared = declaration.exec(headOf(bytes.subarray(markLength, markLength + 512)));
  if (declared === null) return { encoding: seen ?? 'UTF-8', markLength };

  const label = labels.get(declared[2]!.toLowerCase());
  if (label !== undefined && agrees(label, seen)) {
    return { encoding: label === 'UTF-16' ? (seen ?? 'UTF-8') : label, markLength };
  }
  // Neither a mark nor a pattern of UTF-16: only the declaration can say which encoding of bytes this is.
  if (seen === undefined && label === undefined) {
    throw new DocumentError(
      'not-supported',
      'the declared encoding is not supported; send the document in UTF-8',
      1,
      1,
    );
  }
  return { encoding: seen ?? 'UTF-8', markLength, contradictedAt: declared[0].length - declared[2]!.length - 1 };
}

function markOf(b0: number, b1: number, b2: number): { encoding: Encoding; length: 2 | 3 } | undefined {
  if (b0 === 0xef && b1 === 0xbb && b2 === 0xbf) return { encoding: 'UTF-8', length: 3 };
  if (b0 === 0xff && b1 === 0xfe) return { encoding: 'UTF-16LE', length: 2 };
  if (b0 === 0xfe && b1 === 0xff) return { encoding: 'UTF-16BE', length: 2 };
  return undefined;
}

/**
 * UTF-16 without a byte order mark: an XML document begins with an ASCII character, so one of the first two bytes is
 * zero.
 */
function patternOf(b0: number, b1: number): Encoding | undefined {
  if (b0 > 0 && b1 === 0) return 'UTF-16LE';
  if (b0 === 0 && b1 > 0) return 'UTF-16BE';
  return undefined;
}

function agrees(declared: Encoding | 'UTF-16', seen: Encoding | undefined): boolean {
  const wide = declared.startsWith('UTF-16');
  if (seen === undefined) return !wide;
  return seen === declared || (declared === 'UTF-16' && seen.startsWith('UTF-16'));
}

/** The first characters, whatever the width of a character is. In an XML declaration they are all ASCII. */
function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').replaceAll('\0', '');
}

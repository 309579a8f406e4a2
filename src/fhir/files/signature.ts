/**
 * The kind of a file, judged by its first bytes. A sender's media type is only what somebody typed. A program that
 * opens a file by a wrong type shows something else, or nothing.
 */

/** A kind of file that is known by its first bytes. */
interface Signature {
  /** Its media type (from IANA; if IANA has none, the one that the command `file` uses). */
  readonly type: string;
  readonly begins: (head: Buffer) => boolean;
  /** The media types that are correct for such a file. */
  readonly allows: RegExp;
}

/**
 * How many bytes of a file are looked at. A PDF may have other bytes before its header (ISO 32000-1, annex H: 1024
 * bytes).
 */
export const HEAD = 1024;

const bytes =
  (hex: string, at = 0) =>
  (head: Buffer): boolean =>
    head.subarray(at, at + hex.length / 2).toString('hex') === hex;
const text =
  (pattern: RegExp) =>
  (head: Buffer): boolean =>
    pattern.test(head.toString('latin1'));
/** A UTF-8 byte order mark and blanks may stand before markup. */
const MARKUP_START = '^(?:\u00ef\u00bb\u00bf)?\\s*';

const SIGNATURES: readonly Signature[] = [
  { type: 'application/pdf', begins: text(/%PDF-?/), allows: /pdf|acrobat/ },
  { type: 'image/png', begins: bytes('89504e47'), allows: /png/ },
  { type: 'image/jpeg', begins: bytes('ffd8ff'), allows: /jpe?g|jfif/ },
  { type: 'image/gif', begins: text(/^GIF8[79]a/), allows: /gif/ },
  { type: 'image/tiff', begins: (head) => bytes('49492a00')(head) || bytes('4d4d002a')(head), allows: /tiff?|dng/ },
  { type: 'application/rtf', begins: text(/^\s*\{\\rtf/), allows: /rtf|richtext/ },
  // Word, Excel and OpenDocument files are ZIP archives too.
  { type: 'application/zip', begins: bytes('504b0304'), allows: /zip|openxml|opendocument|vnd\.|archive|epub/ },
  { type: 'application/x-ole-storage', begins: bytes('d0cf11e0a1b11ae1'), allows: /msword|ms-|vnd\.|ole|cfb/ },
  { type: 'application/gzip', begins: bytes('1f8b08'), allows: /gzip|x-gz|tgz|svg/ },
  { type: 'application/dicom', begins: bytes('4449434d', 128), allows: /dicom/ },
  { type: 'audio/wav', begins: text(/^RIFF[^]{4}WAVE/), allows: /wav/ },
  { type: 'audio/mpeg', begins: text(/^ID3/), allows: /^audio\/|^video\/mpeg/ },
  { type: 'video/mp4', begins: text(/^[^]{4}ftyp/), allows: /^(audio|video|image)\// },
  {
    type: 'text/html',
    begins: text(new RegExp(`${MARKUP_START}<(!doctype html|html[\\s>])`, 'i')),
    allows: /html|xml/,
  },
  { type: 'application/xml', begins: text(new RegExp(`${MARKUP_START}<\\?xml[\\s?]`)), allows: /xml|html|svg/ },
];

/**
 * The media type of bytes by their signature; undefined if they have no known one.
 *
 *   typeOfBytes(Buffer.from('%PDF-1.7')) // 'application/pdf'
 */
export function typeOfBytes(head: Buffer): string | undefined {
  return signatureOf(head)?.type;
}

/**
 * The media type for bytes: the stated one if it can be true, else the one that they really have. Undefined if none is
 * stated and the bytes have no known signature.
 *
 *   truthfulType('text/plain', Buffer.from('%PDF-1.7')) // 'application/pdf'
 *   truthfulType('application/pdf', Buffer.from('See chart.')) // 'text/plain'
 */
export function truthfulType(stated: string | undefined, content: Buffer): string | undefined {
  const head = content.subarray(0, HEAD);
  const signature = signatureOf(head);
  if (stated === undefined) return signature?.type;
  const type = stated.toLowerCase().replace(/\s*;.*$/, '');
  if (signature !== undefined) return signature.allows.test(type) ? stated : signature.type;
  const isText = !hasBinary(head);
  if (isAlwaysSigned(type)) return isText ? 'text/plain' : 'application/octet-stream';
  return type.startsWith('text/') && !isText ? 'application/octet-stream' : stated;
}

function signatureOf(content: Buffer): Signature | undefined {
  const head = content.subarray(0, HEAD);
  return SIGNATURES.find(({ begins }) => begins(head));
}

/** Whether every file of this type begins with its signature. A file without it is then not of this type. */
function isAlwaysSigned(type: string): boolean {
  return /^(application\/(pdf|rtf|zip|gzip|x-gzip|msword|vnd\.(ms-|openxml|oasis).*)|text\/rtf|image\/(png|jpe?g|gif|tiff?))$/.test(
    type,
  );
}

/**
 * Whether there are control characters that no text has. UTF-16 text has zeros too, but a byte order mark before them.
 */
function hasBinary(head: Buffer): boolean {
  if (bytes('fffe')(head) || bytes('feff')(head)) return false;
  return head.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte));
}

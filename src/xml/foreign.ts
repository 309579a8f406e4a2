/**
 * Recognizes files that are sent in the place of an XML document, from how they begin, so that the message can say what
 * to do.
 */
import { DocumentError } from './document-error.js';

const signatures: readonly (readonly [RegExp, string])[] = [
  [/^\x1f\x8b/, 'the input is gzip-compressed; decompress it before sending it'],
  [/^PK\x03\x04/, 'the input is a ZIP archive; send the XML document that is in it'],
  [/^%PDF-/, 'the input is a PDF file, not an XML document'],
  [/^\{\\rtf/, 'the input is an RTF file, not an XML document'],
  [/^[{[]/, 'the input is JSON, not an XML document'],
  [/^MSH\|/, 'the input is an HL7 v2 message, not an XML document'],
  [/^(?:PD94bWwg|PENsaW5pY2FsRG9jdW1lbnQ)/, 'the input is base64; decode it before sending it'],
  [
    /^(?:--[^\r\n]*\r?\n)?(?:mime-version|content-[a-z-]+|received|return-path|message-id|date|from|to|subject|x-[a-z-]+):/i,
    'the input is a MIME message: headers stand before the XML; send only the decoded XML part',
  ],
  [/^<(?:!doctype[ \t\r\n]+html|html)(?![\w:.-])/i, 'the input is an HTML page, not a CDA document'],
];

/** Throws DocumentError if there are no bytes, or if they are of a kind that is known not to be XML. */
export function refuseForeign(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 1024))
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
    .trimStart();
  if (head === '' && isBlank(bytes)) throw new DocumentError('structure', 'the input is empty');
  for (const [pattern, message] of signatures) {
    if (pattern.test(head)) throw new DocumentError('not-supported', message);
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length <= 1024 || bytes.every((byte) => byte <= 0x20);
}

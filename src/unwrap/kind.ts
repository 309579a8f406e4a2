/** Tells what bytes are from how they begin. */

export type Kind =
  | { readonly is: 'document' }
  | { readonly is: 'envelope'; readonly of: EnvelopeKind }
  | { readonly is: 'refused'; readonly text: string };

export type EnvelopeKind = 'gzip' | 'zip' | 'x12' | 'hl7-v2' | 'json' | 'mime' | 'base64' | 'soap' | 'fhir-xml';

const envelopes: readonly (readonly [RegExp, EnvelopeKind])[] = [
  [/^\x1f\x8b/, 'gzip'],
  [/^PK(?:\x03\x04|\x05\x06)/, 'zip'],
  [/^\s*ISA[^A-Za-z0-9\s]/, 'x12'],
  [/^[\s\v]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]/, 'hl7-v2'],
  [/^\s*[{[]/, 'json'],
  [/^\s*(?:PD94bWwg|PENsaW5pY2FsRG9jdW1lbnQ|77u\/PD94bWwg)/, 'base64'],
  [/^\s*--[^\r\n]{1,200}\r?\n(?:[A-Za-z-]+:[^\r\n]*\r?\n)/, 'mime'],
  [
    /^\s*(?:mime-version|content-[a-z-]+|received|return-path|message-id|date|from|to|subject|delivered-to|dkim-signature|x-[a-z-]+):/i,
    'mime',
  ],
];

const files: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, 'a PDF file'],
  [/^(?:II\*\0|MM\0\*)/, 'a TIFF file'],
  [/^\x89PNG\r\n/, 'a PNG picture'],
  [/^\xff\xd8\xff/, 'a JPEG picture'],
  [/^GIF8[79]a/, 'a GIF picture'],
  [/^\{\\rtf/, 'an RTF file'],
];

const roots = new Map<string, string>([
  ['ContinuityOfCareRecord', 'a CCR document (ASTM E2369)'],
  ['QualityMeasureDocument', 'an HQMF document, which defines a quality measure and tells of no patient'],
  ['html', 'an HTML page'],
  ['stylesheet', 'a stylesheet'],
]);

/**
 * Names a kind of document that Cairn does not convert, by the name of its root element; undefined for all other names.
 */
export function refusedRoot(name: string): string | undefined {
  return roots.get(name);
}

/** @param bytes of a file; only its beginning is looked at. */
export function kindOf(bytes: Uint8Array): Kind {
  const head = headOf(bytes);
  for (const [pattern, text] of files) if (pattern.test(head)) return { is: 'refused', text };
  for (const [pattern, kind] of envelopes) if (pattern.test(head)) return { is: 'envelope', of: kind };
  const root = rootOf(head);
  if (root === undefined) return { is: 'document' };
  if (root.name === 'Envelope') return { is: 'envelope', of: 'soap' };
  if (root.fhir) return { is: 'envelope', of: 'fhir-xml' };
  const refused = refusedRoot(root.name);
  return refused === undefined ? { is: 'document' } : { is: 'refused', text: refused };
}

/** Whether the root element of an XML text has this name. False if the bytes are not XML. */
export function hasRoot(bytes: Uint8Array, name: string): boolean {
  return rootOf(headOf(bytes))?.name === name;
}

/** Whether bytes begin as XML does, in any encoding. */
export function looksLikeXml(bytes: Uint8Array): boolean {
  return headOf(bytes).replaceAll('\0', '').trimStart().startsWith('<');
}

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16_384))
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '');
}

function rootOf(head: string): { name: string; fhir: boolean } | undefined {
  const text = head
    .replaceAll('\0', '')
    .replace(/<\?[\s\S]*?\?>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>/i, '')
    .trimStart();
  const tag = /^<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:\s[^>]*)?)\/?>/.exec(text);
  if (tag === null) return undefined;
  return { name: tag[1]!, fhir: tag[2]!.includes('http://hl7.org/fhir"') || tag[2]!.includes("http://hl7.org/fhir'") };
}

/** The kind of envelope around the bytes; undefined if they are one document, or nothing that Cairn opens. */
export function envelopeOf(bytes: Uint8Array, mediaType: string): EnvelopeKind | undefined {
  // A multipart body has no header of its own, so its bytes don't show what it is.
  if (/^multipart\//i.test(mediaType)) return 'mime';
  const kind = kindOf(bytes);
  return kind.is === 'envelope' ? kind.of : undefined;
}

/** Whether the bytes are an envelope that `unwrap` can open. Other bytes are one document. */
export function isEnvelope(bytes: Uint8Array, mediaType = ''): boolean {
  return envelopeOf(bytes, mediaType) !== undefined;
}

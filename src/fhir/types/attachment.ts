import type { Attachment } from 'fhir/r4.js';
import { localName, plainText, referenceOf, warnOfDangling } from '../../cda/narrative.js';
import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, isElement, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { toXhtmlPart } from '../narrative/fragment.js';
import { toXhtml } from '../narrative/xhtml.js';
import { fileUrl, fileName, looksLikeFile } from '../files/address.js';
import { compressionOf, embeddedFile, type EmbeddedFile } from '../files/embedded.js';
import { typeOfCompressed } from '../files/inflate.js';
import { truthfulType, typeOfBytes } from '../files/signature.js';
import { asBase64, base64OfText, isBase64, ownCharacters } from './base64.js';
import { isAbsoluteUri } from './coding.js';
import { isRichText, markTexts } from './text.js';

const COMPRESSION = nameId('compression');
const INTEGRITY_CHECK = nameId('integrityCheck');
const INTEGRITY_CHECK_ALGORITHM = nameId('integrityCheckAlgorithm');
const LANGUAGE = nameId('language');
const MEDIA_TYPE = nameId('mediaType');
const REPRESENTATION = nameId('representation');
const SECTION = nameId('section');
const TEXT = nameId('text');

/** Whether an ED is a text that a FHIR string can hold: not of another media type, not in base64, and not RTF. */
export function isPlainText(reading: Reading, node: Node): boolean {
  const mediaType = peek(reading, node, MEDIA_TYPE)?.trim().toLowerCase() ?? 'text/plain';
  if (mediaType !== '' && mediaType !== 'text/plain') return false;
  if (!isBase64(reading, node)) return !isRichText(ownCharacters(reading, node));
  const file = embeddedFile(reading, node);
  return file === undefined || (file.state !== 'compressed' && typeOfBytes(file.bytes) === undefined);
}

/**
 * A FHIR Attachment from an ED (C-CDA on FHIR, mapping guidance, guidance-63 to -72): its content as base64, or the
 * narrative that it refers to, or the address of a file elsewhere. Undefined if it has none of these.
 *
 *   <text mediaType="text/plain">Rest.</text>  ->  { contentType: 'text/plain', data: 'UmVzdC4=' }
 *
 * For a section's text it is the narrative. Narrative becomes plain text if it has only paragraphs, otherwise XHTML
 * (C-CDA on FHIR, CF-notes: notes-08).
 */
export function toAttachment(reading: Reading, node: Node): Attachment | undefined {
  if (isSectionText(reading.tree, node)) return ofNarrative(reading, node);
  const { checkpoint } = reading.journal;
  const attachment: Attachment = {};
  const mediaType = mediaTypeOf(reading, node);
  if (!addOwnContent(reading, node, attachment, mediaType) && !addReferenced(reading, node, attachment, mediaType)) {
    reading.journal.rollback(checkpoint);
    return undefined;
  }
  if (mediaType !== undefined && attachment.contentType === undefined) {
    attachment.contentType = mediaType;
    reading.journal.mapped(attribute(reading.tree, node, MEDIA_TYPE), 'contentType');
  }
  addLanguage(reading, node, attachment);
  addHash(reading, node, attachment);
  return attachment;
}

/** The media type, if it is valid in FHIR. Any other value is not marked. */
function mediaTypeOf(reading: Reading, node: Node): string | undefined {
  const text = peek(reading, node, MEDIA_TYPE)?.trim() ?? '';
  return /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.+-]+=("[^"]*"|[\w.+:/-]+))*$/.test(text) ? text : undefined;
}

function addOwnContent(reading: Reading, node: Node, attachment: Attachment, mediaType: string | undefined): boolean {
  const content = ownCharacters(reading, node);
  if (content.trim() === '') return false;
  const isEncoded = isBase64(reading, node) || compressionOf(reading, node) !== '';
  const file = isEncoded || isBinary(mediaType) ? embeddedFile(reading, node) : undefined;
  if (isEncoded && file === undefined) {
    reading.warn('invalid-base64', 'This content is marked as base64, but is not.', node);
    return false;
  }
  const representation = attribute(reading.tree, node, REPRESENTATION);
  if (file !== undefined && (isEncoded || isLikelyFile(file, content))) {
    addFile(reading, node, attachment, mediaType, file);
    if (isBase64(reading, node)) reading.journal.used(representation);
    return true;
  }
  const text = content.trim();
  attachment.data = base64OfText(text);
  markTexts(reading, node, 'data');
  if (peek(reading, node, REPRESENTATION) === 'TXT') reading.journal.used(representation);
  // CDA R2, data types 1.0: an ED without a media type is text/plain.
  label(reading, node, attachment, mediaType ?? 'text/plain', Buffer.from(text));
  return true;
}

/**
 * Adds the bytes of a file with their media type. Bytes that could not be inflated never get the media type of the
 * inflated file.
 */
function addFile(
  reading: Reading,
  node: Node,
  attachment: Attachment,
  mediaType: string | undefined,
  { bytes, state }: EmbeddedFile,
): void {
  attachment.data = bytes.toString('base64');
  markTexts(reading, node, 'data');
  if (state === 'inflated') reading.journal.used(attribute(reading.tree, node, COMPRESSION));
  if (state !== 'compressed') return label(reading, node, attachment, mediaType, bytes);
  reading.warn('unreadable-file', 'The compressed content of this file could not be read; it is kept as it is.', node);
  label(reading, node, attachment, typeOfCompressed(bytes), bytes);
  keepStatedType(reading, node, attachment, mediaType);
}

/** Adds a media type that the bytes can have. If the sender stated another one, that is kept beside it. */
function label(
  reading: Reading,
  node: Node,
  attachment: Attachment,
  mediaType: string | undefined,
  bytes: Buffer,
): void {
  const type = truthfulType(mediaType, bytes);
  if (type === undefined || type === mediaTypeOf(reading, node)) return;
  attachment.contentType = type;
  if (type === mediaType || mediaType === undefined) return;
  reading.warn(
    'mistyped-file',
    'This file is not of the media type that is stated. The result has the media type of its bytes.',
    node,
  );
  keepStatedType(reading, node, attachment, mediaTypeOf(reading, node));
}

function keepStatedType(reading: Reading, node: Node, attachment: Attachment, mediaType: string | undefined): void {
  if (mediaType === undefined) return;
  attachment._contentType = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: mediaType }],
  };
  reading.journal.mapped(attribute(reading.tree, node, MEDIA_TYPE), 'contentType');
}

/** Media types whose content can't stand in XML as it is. So it must be base64, although senders forget to say so. */
function isBinary(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^(application\/(pdf|msword|dicom)|image\/|audio\/|video\/)/i.test(mediaType);
}

/** Whether content that is not marked as base64 is still a file. A plain word such as `scanned` is valid base64 too. */
function isLikelyFile({ bytes, state }: EmbeddedFile, content: string): boolean {
  return state === 'inflated' || typeOfBytes(bytes) !== undefined || content.length > 200;
}

function addReferenced(reading: Reading, node: Node, attachment: Attachment, mediaType: string | undefined): boolean {
  const reference = referenceOf(reading, node);
  if (reference === undefined) return false;
  const { fact, target, url } = reference;
  if (target === NONE) {
    const text = valueOf(reading.tree, fact).trim();
    const isNamed = mediaType !== undefined && !/^text\/(plain|x-hl7-text\+xml)/i.test(mediaType);
    const isFile = url === undefined && !text.startsWith('#') && (isNamed || looksLikeFile(text));
    if (url === undefined && !isFile) {
      warnOfDangling(reading, reference);
      return false;
    }
    const address = fileUrl(text);
    const file = reading.files.get(text);
    if (file !== undefined) {
      attachment.data = Buffer.from(file).toString('base64');
      label(reading, node, attachment, mediaType, Buffer.from(file));
    } else if (!isFile && !isAbsoluteUri(address)) return false;
    attachment.url = address;
    reading.journal.mapped(fact, 'url');
    if (isFile) attachment.title = fileName(text);
    return true;
  }
  const { tree } = reading;
  if (!reading.mayTell(fact, tree.end[target]! - tree.start[target]!)) return false;
  const narrative = ofNarrative(reading, target);
  if (narrative === undefined) return false;
  attachment.data = narrative.data;
  // The type is that of the narrative, whatever the ED says.
  if (mediaType !== narrative.contentType) attachment.contentType = narrative.contentType;
  reading.journal.mapped(fact, 'data');
  return true;
}

function ofNarrative(reading: Reading, element: Node): { contentType: string; data: string } | undefined {
  const { tree } = reading;
  if (isParagraphs(tree, element)) {
    const text = plainText(reading, element);
    return text === '' ? undefined : { contentType: 'text/plain', data: base64OfText(text) };
  }
  const xhtml = isSectionText(tree, element) ? toXhtml(reading, element) : toXhtmlPart(reading, element);
  return xhtml === undefined ? undefined : { contentType: 'application/xhtml+xml', data: base64OfText(xhtml) };
}

function isSectionText(tree: Tree, element: Node): boolean {
  return tree.name[element] === TEXT && tree.name[tree.parent[element]!] === SECTION;
}

const PARAGRAPHS = new Set(['content', 'paragraph', 'br']);
/** Elements whose form itself says something. */
const STRUCTURED = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'list']);

/** Whether the text alone says everything: there is no table, list, link or image. */
function isParagraphs(tree: Tree, element: Node): boolean {
  if (STRUCTURED.has(localName(tree, element))) return false;
  for (let n = element + 1; n <= tree.last[element]!; n++) {
    if (isElement(tree, n) && !PARAGRAPHS.has(localName(tree, n))) return false;
  }
  return true;
}

function addLanguage(reading: Reading, node: Node, attachment: Attachment): void {
  const language = peek(reading, node, LANGUAGE)?.trim() ?? '';
  if (!/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(language)) return;
  attachment.language = language;
  reading.journal.mapped(attribute(reading.tree, node, LANGUAGE), 'language');
}

/** Adds the hash if it is a SHA-1, which is the default in CDA and the only algorithm in FHIR. */
function addHash(reading: Reading, node: Node, attachment: Attachment): void {
  const algorithm = peek(reading, node, INTEGRITY_CHECK_ALGORITHM)?.trim() ?? 'SHA-1';
  const hash = asBase64(peek(reading, node, INTEGRITY_CHECK) ?? '');
  if (algorithm !== 'SHA-1' || hash?.length !== 28) return;
  // The hash is that of the content as it was sent (CDA R2, data types 1.0, ED.integrityCheck). It says nothing about
  // inflated content.
  if (compressionOf(reading, node) !== '') return;
  attachment.hash = hash;
  reading.journal.mapped(attribute(reading.tree, node, INTEGRITY_CHECK), 'hash');
  const named = attribute(reading.tree, node, INTEGRITY_CHECK_ALGORITHM);
  if (named !== NONE) reading.journal.used(named);
}

import type { Attachment } from 'fhir/r4.js';
import { localName, plainText, referenceOf, warnOfDangling } from '../../cda/narrative.js';
import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, isElement, NONE, type Node, type Tree } from '../../xml/tree.js';
import { toXhtmlPart } from '../narrative/fragment.js';
import { toXhtml } from '../narrative/xhtml.js';
import { asBase64, base64OfText, isBase64, ownCharacters } from './base64.js';
import { isAbsoluteUri } from './coding.js';
import { markTexts } from './text.js';

const INTEGRITY_CHECK = nameId('integrityCheck');
const INTEGRITY_CHECK_ALGORITHM = nameId('integrityCheckAlgorithm');
const LANGUAGE = nameId('language');
const MEDIA_TYPE = nameId('mediaType');
const REPRESENTATION = nameId('representation');
const SECTION = nameId('section');
const TEXT = nameId('text');

/** Whether an ED is a text that a FHIR string can hold: of no other media type, and not base64 of one. */
export function isPlainText(reading: Reading, node: Node): boolean {
  const mediaType = peek(reading, node, MEDIA_TYPE)?.trim().toLowerCase() ?? 'text/plain';
  return mediaType === '' || mediaType === 'text/plain';
}

/**
 * A FHIR Attachment from an ED (C-CDA on FHIR, mapping guidance, guidance-63 to -72): its content as base64, or the text
 * of the narrative that it refers to, or the address of what lies elsewhere. Undefined where it has none of them.
 *
 *   <text mediaType="text/plain">Rest.</text>  ->  { contentType: 'text/plain', data: 'UmVzdC4=' }
 *
 * The text of a section is its narrative. Narrative is text where it has nothing but paragraphs, else XHTML (C-CDA on
 * FHIR, CF-notes: notes-08).
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

/** What FHIR takes for a media type; anything else stays unmarked. */
function mediaTypeOf(reading: Reading, node: Node): string | undefined {
  const text = peek(reading, node, MEDIA_TYPE)?.trim() ?? '';
  return /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.+-]+=("[^"]*"|[\w.+:/-]+))*$/.test(text) ? text : undefined;
}

function addOwnContent(reading: Reading, node: Node, attachment: Attachment, mediaType: string | undefined): boolean {
  const content = ownCharacters(reading, node);
  if (content.trim() === '') return false;
  const isEncoded = isBase64(reading, node);
  const base64 = isEncoded || isBinary(mediaType) ? asBase64(content) : undefined;
  if (isEncoded && base64 === undefined) {
    reading.warn('invalid-base64', 'This content is marked as base64, but is not.', node);
    return false;
  }
  attachment.data = base64 ?? base64OfText(content.trim());
  markTexts(reading, node, 'data');
  const representation = attribute(reading.tree, node, REPRESENTATION);
  if (isEncoded || peek(reading, node, REPRESENTATION) === 'TXT') reading.journal.used(representation);
  // CDA R2, data types 1.0: an ED that names no media type is text/plain.
  if (mediaType === undefined && base64 === undefined) attachment.contentType = 'text/plain';
  return true;
}

/** Media types of which the content can't stand in XML as it is: senders forget to say that it is base64. */
function isBinary(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^(application\/(pdf|msword|dicom)|image\/|audio\/|video\/)/i.test(mediaType);
}

function addReferenced(reading: Reading, node: Node, attachment: Attachment, mediaType: string | undefined): boolean {
  const reference = referenceOf(reading, node);
  if (reference === undefined) return false;
  const { fact, target, url } = reference;
  if (target === NONE) {
    if (url === undefined) warnOfDangling(reading, reference);
    else if (isAbsoluteUri(url)) {
      attachment.url = url;
      reading.journal.mapped(fact, 'url');
    }
    return attachment.url !== undefined;
  }
  const { tree } = reading;
  if (!reading.mayTell(fact, tree.end[target]! - tree.start[target]!)) return false;
  const narrative = ofNarrative(reading, target);
  if (narrative === undefined) return false;
  attachment.data = narrative.data;
  // What the narrative is, whatever the ED says of what it was.
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
/** Of these the form itself says something. */
const STRUCTURED = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'list']);

/** Whether text alone says all that there is: no table, list, link or image. */
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

/** FHIR's hash is a SHA-1, as CDA's is by default; of another algorithm it says nothing. */
function addHash(reading: Reading, node: Node, attachment: Attachment): void {
  const algorithm = peek(reading, node, INTEGRITY_CHECK_ALGORITHM)?.trim() ?? 'SHA-1';
  const hash = asBase64(peek(reading, node, INTEGRITY_CHECK) ?? '');
  if (algorithm !== 'SHA-1' || hash?.length !== 28) return;
  attachment.hash = hash;
  reading.journal.mapped(attribute(reading.tree, node, INTEGRITY_CHECK), 'hash');
  const named = attribute(reading.tree, node, INTEGRITY_CHECK_ALGORITHM);
  if (named !== NONE) reading.journal.used(named);
}

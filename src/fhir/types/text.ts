import { isRows, meantWords } from '../../cda/meant-words.js';
import { plainText, referenceOf, warnOfDangling, wordsForReference } from '../../cda/narrative.js';
import { peek, type Reading } from '../../cda/reading.js';
import { isPart, partsText } from '../../cda/types/parts.js';
import { nameId } from '../../cda/vocabulary.js';
import {
  attribute,
  child,
  firstChild,
  isElement,
  isText,
  nextSibling,
  NONE,
  valueOf,
  type Node,
  type Tree,
} from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { embeddedFile } from '../files/embedded.js';
import { isBase64, ownCharacters, textOfBytes } from './base64.js';
import { dataAbsentReason } from './data-absent-reason.js';

const CODE = nameId('code');
const DISPLAY_NAME = nameId('displayName');
const MEDIA_TYPE = nameId('mediaType');
const ORIGINAL_TEXT = nameId('originalText');
const REFERENCE = nameId('reference');
const REPRESENTATION = nameId('representation');
const QUALIFIER = nameId('qualifier');
const THUMBNAIL = nameId('thumbnail');
const TRANSLATION = nameId('translation');
const VALUE = nameId('value');

/** FHIR R4 2.24.0.1: a string has at most 1 MB. A reference to more means a whole document, not a text. */
const LONGEST = 1_000_000;

/**
 * A FHIR string or markdown from whatever holds text: ED, ST, a name, an address, a code (what its author wrote, else
 * its display, else the code itself), a TEL, or an attribute. A reference into the narrative gives the text that it
 * names.
 */
export function toText(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  const value = isCoded(reading.tree, node)
    ? codedText(reading, node, suffix)
    : (textOf(reading, node, suffix) ?? attributeText(reading, node, VALUE, suffix));
  if (value !== undefined) return { value };
  const extension = isElement(reading.tree, node) ? dataAbsentReason(reading, node, suffix) : undefined;
  return extension && { extension };
}

/** The text of an ED on one line, for `CodeableConcept.text`. */
export function lineOf(reading: Reading, node: Node, suffix: string): string | undefined {
  return textOf(reading, node, suffix)?.replace(/\s+/g, ' ');
}

/**
 * The text of an ED or ST: what it says itself (decoded if it is base64), else what its reference names. The reference
 * itself (`#problem1`) is never the text. A reference that names nothing gives a warning.
 */
export function textOf(reading: Reading, node: Node, suffix: string): string | undefined {
  const { tree, journal } = reading;
  if (!isElement(tree, node)) {
    const value = tidy(valueOf(tree, node));
    if (value === '') return undefined;
    journal.mapped(node, suffix);
    return value;
  }
  const own = ownText(reading, node, suffix);
  const reference = referenceOf(reading, node);
  if (reference === undefined) return own;
  const { fact, target, url } = reference;
  if (target === NONE) {
    const words = own === undefined ? wordsForReference(reading, reference) : undefined;
    if (words !== undefined) journal.mapped(fact, suffix);
    else if (url === undefined) warnOfDangling(reading, reference);
    return own ?? words;
  }
  const length = tree.end[target]! - tree.start[target]!;
  if (length > LONGEST || !reading.mayTell(fact, length)) return own;
  const referenced = tidy(plainText(reading, target));
  if (own !== undefined) {
    // It has its own words and a reference. The reference is used only if it leads to the same words.
    if (onOneLine(referenced).includes(onOneLine(own))) journal.used(fact);
    else journal.dropped(fact, 'the words here are kept; the narrative says it in other words', journal.rule);
    return own;
  }
  if (referenced === '') return undefined;
  // A value may be a date. A text that describes something can't be one.
  const meant =
    tree.name[node] === VALUE && !isRows(tree, target) ? target : meantWords(reading, target, reading.column);
  if (meant === NONE) {
    journal.dropped(
      fact,
      'it refers to a whole row of the narrative, or to a date, which does not describe this',
      journal.rule,
    );
    return undefined;
  }
  journal.mapped(fact, suffix);
  return meant === target ? referenced : tidy(plainText(reading, meant));
}

/** What an ED says itself, marked; undefined if that is nothing, or no text. */
export function ownText(reading: Reading, node: Node, suffix: string): string | undefined {
  const { tree, journal } = reading;
  const mediaType = peek(reading, node, MEDIA_TYPE)?.trim();
  const encoded = isBase64(reading, node);
  if (mediaType !== undefined && !isTextual(mediaType, encoded)) return undefined;
  const text = encoded ? decodedText(reading, node) : writtenText(reading, node);
  if (text === '' || isRichText(text)) return undefined;
  markTexts(reading, node, suffix);
  // These two were only checked. They count as used, because with any other value they would be listed.
  const representation = attribute(tree, node, REPRESENTATION);
  if (representation !== NONE && (encoded || valueOf(tree, representation) === 'TXT')) journal.used(representation);
  if (mediaType === 'text/plain') journal.used(attribute(tree, node, MEDIA_TYPE));
  return text;
}

/**
 * Whether a media type is one of text. Content that stands in XML as it is counts as text under any name except that of
 * RTF.
 */
function isTextual(mediaType: string, encoded: boolean): boolean {
  return !/\/(rtf|richtext)/i.test(mediaType) && (!encoded || /^text\//i.test(mediaType));
}

/** Rich Text Format consists of letters, but a reader would see its commands. So it is never put into a FHIR string. */
export function isRichText(text: string): boolean {
  return /^\s*\{\\rtf/.test(text);
}

function decodedText(reading: Reading, node: Node): string {
  const file = embeddedFile(reading, node);
  const text = file === undefined || file.state === 'compressed' ? undefined : textOfBytes(file.bytes);
  if (text !== undefined) return tidy(text);
  reading.warn('invalid-base64', 'This content is marked as base64 of a text, but is not.', node);
  return '';
}

function writtenText(reading: Reading, node: Node): string {
  const { tree } = reading;
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    if (isPart(tree, n)) return tidy(partsText(tree, node));
    if (isElement(tree, n) && !isBeside(tree, n)) return tidy(plainText(reading, node));
  }
  return tidy(ownCharacters(reading, node));
}

/** Marks every text that an element itself has, or a text node. */
export function markTexts({ tree, journal }: Reading, node: Node, suffix: string): void {
  for (let n = node; n <= tree.last[node]!; n++) {
    if (isElement(tree, n) && isBeside(tree, n)) n = tree.last[n]!;
    else if (isText(tree, n) && valueOf(tree, n).trim() !== '') journal.mapped(n, suffix);
  }
}

/** Whether an element stands in an ED beside its content. */
function isBeside(tree: Tree, node: Node): boolean {
  return tree.name[node] === REFERENCE || tree.name[node] === THUMBNAIL;
}

/** Whether an element is a CD, judged by its parts and not by its type. */
export function isCoded(tree: Tree, node: Node): boolean {
  if (!isElement(tree, node)) return false;
  return (
    attribute(tree, node, CODE) !== NONE ||
    [ORIGINAL_TEXT, TRANSLATION, QUALIFIER].some((name) => child(tree, node, name) !== NONE) ||
    attribute(tree, node, DISPLAY_NAME) !== NONE
  );
}

/** The words of a CD. */
function codedText(reading: Reading, node: Node, suffix: string): string | undefined {
  const original = child(reading.tree, node, ORIGINAL_TEXT);
  return (
    (original === NONE ? undefined : textOf(reading, original, suffix)) ??
    attributeText(reading, node, DISPLAY_NAME, suffix) ??
    (original === NONE ? ownText(reading, node, suffix) : undefined) ??
    attributeText(reading, node, CODE, suffix)
  );
}

function attributeText(reading: Reading, node: Node, name: number, suffix: string): string | undefined {
  const fact = isElement(reading.tree, node) ? attribute(reading.tree, node, name) : NONE;
  return fact === NONE ? undefined : textOf(reading, fact, suffix);
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').toLowerCase();
}

/** Characters that FHIR forbids in a string (R4 2.24.0.1). XML can't have them, but base64 may hide them. */
const FORBIDDEN = /[\x00-\x08\x0B\x0C\x0E-\x1F]/g;

/** Keeps lines, because plain text has no other form. Removes indentation and repeated empty lines. */
export function tidy(text: string): string {
  const trimmed = text.replace(FORBIDDEN, '').trim();
  return trimmed.includes('\n') || trimmed.includes('\r')
    ? trimmed.replace(/[^\S\n]*\r?\n[^\S\n]*/g, '\n').replace(/\n{3,}/g, '\n\n')
    : trimmed;
}

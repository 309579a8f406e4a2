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

/** FHIR R4 2.24.0.1: a string has at most 1 MB. Who refers to more refers to a whole document, not to a text. */
const LONGEST = 1_000_000;

/**
 * A FHIR string or markdown from whatever holds text: ED, ST, a name or an address, a code (what its author wrote, else
 * its display, else the code itself), a TEL, an attribute. A reference into the narrative gives the text that it names.
 */
export function toText(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  const value = isCoded(reading.tree, node)
    ? codedText(reading, node, suffix)
    : (textOf(reading, node, suffix) ?? attributeText(reading, node, VALUE, suffix));
  if (value !== undefined) return { value };
  const extension = isElement(reading.tree, node) ? dataAbsentReason(reading, node, suffix) : undefined;
  return extension && { extension };
}

/** The text of an ED on a single line, as `CodeableConcept.text` has it. */
export function lineOf(reading: Reading, node: Node, suffix: string): string | undefined {
  return textOf(reading, node, suffix)?.replace(/\s+/g, ' ');
}

/**
 * The text of an ED or ST: what it says itself (a text in base64 decoded), else what its reference names. Never the
 * reference itself: `#problem1` is no text, and one that dangles is warned of.
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
    // Both are given. The reference decides nothing where it leads to other words.
    if (onOneLine(referenced).includes(onOneLine(own))) journal.used(fact);
    else journal.dropped(fact, 'the words that stand here are kept; the narrative says it in others', journal.rule);
    return own;
  }
  if (referenced === '') return undefined;
  // A value may be a date; what describes something can't.
  const meant =
    tree.name[node] === VALUE && !isRows(tree, target) ? target : meantWords(reading, target, reading.column);
  if (meant === NONE) {
    journal.dropped(
      fact,
      "it names a row of the narrative or a date there, which are nobody's words for this",
      journal.rule,
    );
    return undefined;
  }
  journal.mapped(fact, suffix);
  return meant === target ? referenced : tidy(plainText(reading, meant));
}

/** What an ED says itself, marked; undefined where it says nothing or nothing that is text. */
export function ownText(reading: Reading, node: Node, suffix: string): string | undefined {
  const { tree, journal } = reading;
  const mediaType = peek(reading, node, MEDIA_TYPE)?.trim();
  const encoded = isBase64(reading, node);
  if (mediaType !== undefined && !isTextual(mediaType, encoded)) return undefined;
  const text = encoded ? decodedText(reading, node) : writtenText(reading, node);
  if (text === '' || isRichText(text)) return undefined;
  markTexts(reading, node, suffix);
  // These two were verified, not shown: with any other value here they would be listed.
  const representation = attribute(tree, node, REPRESENTATION);
  if (representation !== NONE && (encoded || valueOf(tree, representation) === 'TXT')) journal.used(representation);
  if (mediaType === 'text/plain') journal.used(attribute(tree, node, MEDIA_TYPE));
  return text;
}

/** Whether a media type is one of text: what stands in XML as it is may be of any other name but RTF's. */
function isTextual(mediaType: string, encoded: boolean): boolean {
  return !/\/(rtf|richtext)/i.test(mediaType) && (!encoded || /^text\//i.test(mediaType));
}

/** Rich Text Format: letters, but a reader would see its commands, and it is text in no string of FHIR. */
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

/** Marks every text that an element says itself, or a text node. */
export function markTexts({ tree, journal }: Reading, node: Node, suffix: string): void {
  for (let n = node; n <= tree.last[node]!; n++) {
    if (isElement(tree, n) && isBeside(tree, n)) n = tree.last[n]!;
    else if (isText(tree, n) && valueOf(tree, n).trim() !== '') journal.mapped(n, suffix);
  }
}

/** Stands in an ED beside its content. */
function isBeside(tree: Tree, node: Node): boolean {
  return tree.name[node] === REFERENCE || tree.name[node] === THUMBNAIL;
}

/** Whether an element is a CD by what it has, whatever its type. */
export function isCoded(tree: Tree, node: Node): boolean {
  if (!isElement(tree, node)) return false;
  return (
    attribute(tree, node, CODE) !== NONE ||
    [ORIGINAL_TEXT, TRANSLATION, QUALIFIER].some((name) => child(tree, node, name) !== NONE) ||
    attribute(tree, node, DISPLAY_NAME) !== NONE
  );
}

/** What a CD says in words. */
function codedText(reading: Reading, node: Node, suffix: string): string | undefined {
  const original = child(reading.tree, node, ORIGINAL_TEXT);
  return (
    (original === NONE ? undefined : textOf(reading, original, suffix)) ??
    attributeText(reading, node, DISPLAY_NAME, suffix) ??
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

/** What FHIR forbids in a string (R4 2.24.0.1); XML has none of it, what base64 hides may. */
const FORBIDDEN = /[\x00-\x08\x0B\x0C\x0E-\x1F]/g;

/** Lines stay lines, since plain text has no other form; indentation and piled up empty lines go. */
export function tidy(text: string): string {
  const trimmed = text.replace(FORBIDDEN, '').trim();
  return trimmed.includes('\n') || trimmed.includes('\r')
    ? trimmed.replace(/[^\S\n]*\r?\n[^\S\n]*/g, '\n').replace(/\n{3,}/g, '\n\n')
    : trimmed;
}

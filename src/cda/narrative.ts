/**
 * The narrative block (CDA R2 4.3.5), as entries refer to it: `<reference value="#problem1"/>` stands for the text of
 * the element with that ID.
 */
import {
  attribute,
  child,
  firstChild,
  isAttribute,
  isElement,
  isText,
  nextSibling,
  nodeName,
  NONE,
  stringValue,
  valueOf,
  type Node,
  type Tree,
} from '../xml/tree.js';
import { onceByNode } from '../xml/by-node.js';
import type { Reading } from './reading.js';
import { nameId } from './vocabulary.js';

const ID = nameId('ID');
const LOWERCASE_ID = nameId('id');
const REFERENCE = nameId('reference');
const REVISED = nameId('revised');
const SECTION = nameId('section');
const TEXT = nameId('text');
const TITLE = nameId('title');
const VALUE = nameId('value');

/**
 * The elements of a document by their ID. If a sender gives an ID twice, the first element wins. The attribute `id`
 * counts as `ID`.
 */
export function indexIds(tree: Tree): Map<string, Node> {
  const ids = new Map<string, Node>();
  for (let n = 0; n < tree.count; n++) {
    const name = tree.name[n];
    if ((name !== ID && name !== LOWERCASE_ID) || !isAttribute(tree, n)) continue;
    const id = valueOf(tree, n).trim();
    if (id !== '' && !ids.has(id)) ids.set(id, tree.parent[n]!);
  }
  return ids;
}

/**
 * A function that gives the element with an ID, or NONE (see `Reading.narrativeElement`). Nothing is indexed before the
 * first call.
 */
export function narrativeElements(tree: Tree): (id: string) => Node {
  let ids: Map<string, Node> | undefined;
  return (id) => (ids ??= indexIds(tree)).get(id) ?? NONE;
}

/** Where the `reference` of an ED points to. */
export interface Reference {
  /** Its attribute `value`. */
  readonly fact: Node;
  /** The narrative element that it names, or NONE. */
  readonly target: Node;
  /** Its text if it names something outside of the document: `http://…`, `cid:…`. */
  readonly url?: string;
}

/**
 * Reads the `reference` of an ED (CDA R2, data types 1.0, ED.reference); undefined if there is none. Senders forget the
 * `#`, so a value without a scheme counts as an ID too. The target is narrative or NONE, because an entry with an ID
 * has no text.
 */
export function referenceOf(reading: Reading, node: Node): Reference | undefined {
  const { tree } = reading;
  const reference = child(tree, node, REFERENCE);
  const fact = reference === NONE ? NONE : attribute(tree, reference, VALUE);
  if (fact === NONE) return undefined;
  const value = valueOf(tree, fact).trim();
  if (value === '') return undefined;
  const target = placeOf(tree, narrativeTarget(reading, value.startsWith('#') ? value.slice(1).trim() : value));
  return target === NONE && /^[a-z][a-z0-9+.-]+:\S+$/i.test(value) ? { fact, target, url: value } : { fact, target };
}

function narrativeTarget(reading: Reading, id: string): Node {
  const target = reading.narrativeElement(id);
  if (target !== NONE || !id.includes('%')) return isNarrative(reading.tree, target) ? target : NONE;
  const decoded = reading.narrativeElement(percentDecoded(id));
  return isNarrative(reading.tree, decoded) ? decoded : NONE;
}

const MARKS = new Set('content span a linkHtml'.split(' '));
const PLACES = new Set('td th item li paragraph p'.split(' '));

/**
 * Some senders put an empty element with the ID into the cell, item or paragraph that they mean. If the cell is empty
 * beside it, they mean the row.
 */
function placeOf(tree: Tree, target: Node): Node {
  if (target === NONE || !MARKS.has(localName(tree, target)) || !isEmpty(tree, target)) return target;
  for (let n = tree.parent[target]!; n > 0 && tree.name[n] !== TEXT; n = tree.parent[n]!) {
    const name = localName(tree, n);
    if (name === 'tr' || (PLACES.has(name) && stringValue(tree, n).trim() !== '')) return n;
  }
  return target;
}

function isEmpty(tree: Tree, element: Node): boolean {
  for (let n = element + 1; n <= tree.last[element]!; n++) {
    if (!isAttribute(tree, n) && (!isText(tree, n) || valueOf(tree, n).trim() !== '')) return false;
  }
  return true;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an element stands in the text or title of a section. */
function isNarrative(tree: Tree, element: Node): boolean {
  for (let n = element; n > 0; n = tree.parent[n]!) {
    const name = tree.name[n];
    if ((name === TEXT || name === TITLE) && tree.name[tree.parent[n]!] === SECTION) return true;
  }
  return false;
}

/**
 * Some senders write the words themselves where a reference belongs: `<reference value="YELLOW"/>`. They count as
 * words, and not as the name of an element, if the narrative of the section has exactly these words.
 */
export function wordsForReference({ tree }: Reading, { fact, target, url }: Reference): string | undefined {
  const words = valueOf(tree, fact).trim();
  if (target !== NONE || url !== undefined || words.startsWith('#')) return undefined;
  let section = tree.parent[fact]!;
  while (section > 0 && tree.name[section] !== SECTION) section = tree.parent[section]!;
  const narrative = section > 0 ? child(tree, section, TEXT) : NONE;
  if (narrative === NONE) return undefined;
  for (let n = narrative + 1; n <= tree.last[narrative]!; n++) {
    if (isText(tree, n) && valueOf(tree, n).trim() === words) return words;
  }
  return undefined;
}

/**
 * Warns that a reference names no element of the narrative, so that its words are missing. The warning does not show
 * the name, which may be a patient's data.
 */
export function warnOfDangling(reading: Reading, { fact }: Reference): void {
  reading.warn('dangling-reference', 'The narrative has no element with the ID that this reference names.', fact);
}

const BLOCKS = new Set(
  'text paragraph list item table thead tbody tfoot caption p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre hr blockquote'.split(
    ' ',
  ),
);
/** Elements without text that a reader would see. */
const SILENT = new Set('reference thumbnail script style footnoteRef col colgroup'.split(' '));

/** The local name of an element in any namespace, because senders put XHTML into the narrative. */
export function localName(tree: Tree, element: Node): string {
  const name = nodeName(tree, element);
  const brace = name.indexOf('}');
  return brace < 0 ? name : name.slice(brace + 1);
}

/** What stands between two pieces of text. If there are several, the stronger one (the later in this list) wins. */
const GAPS = ['', ' ', ' | ', '\n'] as const;
const NOTHING = 0;
const SPACE = 1;
const CELL = 2;
const LINE = 3;

/**
 * White space that a browser would change: more than one character, or one that is no blank. Most texts have none and
 * stay as they are.
 */
const SPACES = /\s{2,}|[^\S ]/g;

class PlainText {
  text = '';
  gap = NOTHING;
  /** How many rows are open. Inside a row, cells follow each other on one line. */
  rows = 0;

  part(gap: number): void {
    const wanted = gap === LINE && this.rows > 0 ? SPACE : gap;
    if (wanted > this.gap) this.gap = wanted;
  }

  add(value: string): void {
    const text = value.replace(SPACES, ' ');
    const start = text.startsWith(' ') ? 1 : 0;
    const end = text.length > start && text.endsWith(' ') ? text.length - 1 : text.length;
    if (start === 1) this.part(SPACE);
    if (end > start) {
      this.text += (this.text === '' ? '' : GAPS[this.gap]!) + text.slice(start, end);
      this.gap = NOTHING;
    }
    if (end < text.length) this.part(SPACE);
  }
}

/**
 * A narrative element as plain text, as a reader sees it: white space as in a browser, a line for each paragraph, item
 * and row, and `|` between cells. Text that a revision deleted is left out.
 *
 *   <tr><td>Aspirin</td><td>81 mg<br/>daily</td></tr>   ->  'Aspirin | 81 mg daily'
 */
export function plainText(reading: Reading, node: Node): string {
  const { tree } = reading;
  if (!isElement(tree, node)) return valueOf(tree, node).replace(SPACES, ' ').trim();
  return elementText(reading, node);
}

/** Kept, because a thousand entries may refer to one long table, and each asks for its words several times. */
const elementText = onceByNode(({ tree }: { readonly tree: Tree }, element): string => {
  const text = new PlainText();
  if (localName(tree, element) === 'tr') text.rows = 1;
  addContent(tree, element, text);
  return text.text;
});

function addContent(tree: Tree, element: Node, text: PlainText): void {
  for (let n = firstChild(tree, element); n !== NONE; n = nextSibling(tree, n)) {
    if (isText(tree, n)) text.add(valueOf(tree, n));
    else addElement(tree, n, text);
  }
}

function addElement(tree: Tree, element: Node, text: PlainText): void {
  const name = localName(tree, element);
  if (SILENT.has(name)) return;
  if (name === 'br') return text.part(LINE);
  if (name === 'tr') {
    text.part(LINE);
    text.rows++;
    addContent(tree, element, text);
    text.rows--;
    return text.part(LINE);
  }
  if (name === 'td' || name === 'th') {
    text.part(CELL);
    addContent(tree, element, text);
    return text.part(CELL);
  }
  if (name === 'footnote') {
    text.part(SPACE);
    addContent(tree, element, text);
    return text.part(SPACE);
  }
  if (isDeleted(tree, element)) return;
  const gap = BLOCKS.has(name) ? LINE : NOTHING;
  text.part(gap);
  addContent(tree, element, text);
  text.part(gap);
}

/** `<content revised="delete">`: text that the authors took back (CDA R2 4.3.5.1). */
function isDeleted(tree: Tree, element: Node): boolean {
  const revised = attribute(tree, element, REVISED);
  return revised !== NONE && valueOf(tree, revised).trim() === 'delete';
}

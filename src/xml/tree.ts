/**
 * The light tree. A document is a handful of typed arrays, and a node is a number.
 *
 * Numbers follow document order: an element, then its attributes, then its children. So comparing two numbers compares
 * two positions, and the descendants of a node are a range. The number of a node is also the number of the fact that it
 * holds, so marking a fact costs one byte (see journal.ts). Nothing is sliced, decoded or looked up in a table of lines
 * until someone asks for it. The 2.5 million nodes of a 50 MB document take 50 MB here; as objects they took 400 MB.
 */
import { decodeAttribute, decodeText } from './references.js';
import { nameOf, type Names } from './names.js';

/** A node's number. 0 is the document node (XPath `/`), 1 the root element. */
export type Node = number;

/** The answer of a look-up that finds nothing. */
export const NONE = -1;

export const DOCUMENT = 0;
export const ELEMENT = 1;
export const ATTRIBUTE = 2;
export const TEXT = 3;

/**
 * Set beside TEXT or ATTRIBUTE if the value differs from the raw characters, because of references, CDATA, comments or
 * line ends.
 */
export const ENCODED = 4;
/** Set beside TEXT if it is only white space. */
export const BLANK = 8;
const KIND_MASK = 3;

export interface Tree {
  /**
   * A different number for each tree. Code that remembers something about a tree, without keeping the tree, uses it to
   * recognize the tree (see xpath/of-late.ts).
   */
  readonly serial: number;
  /** The decoded characters of the whole document; every offset points into it. */
  readonly source: string;
  /** How many nodes there are. Their numbers go from 0 to count - 1. */
  readonly count: number;
  /** DOCUMENT, ELEMENT, ATTRIBUTE or TEXT, possibly with ENCODED and BLANK. */
  readonly kind: Uint8Array;
  /** The number of the name (see names.ts); 0 for a text. */
  readonly name: Uint16Array;
  readonly parent: Int32Array;
  /** The number of the last descendant, counting attributes; the node's own number if it has none. */
  readonly last: Int32Array;
  /** The offset of the first character: for an element its `<`, for an attribute or a text its value. */
  readonly start: Int32Array;
  /**
   * The offset after the last character: for an element after its last `>`, for an attribute or a text after its value.
   */
  readonly end: Int32Array;
  /** For an element, the bits (see nameBit) of the names of its attributes and children. */
  readonly inside: Int32Array;
  readonly names: Names;
  /**
   * What was worked out of this tree so far, keyed by what works it out (see by-node.ts). It goes when the tree goes.
   */
  readonly workedOut: Map<object, unknown>;
  /** If elements were hollowed out (see hollow.ts): the tree as the document has it. */
  readonly asWritten: Tree | undefined;
}

let serial = 0;

/** The serial number for the tree that is being made. */
export function nextSerial(): number {
  return serial++;
}

/**
 * The bit of a name in `inside`. Most names that mappings ask for are not there. If the bit is missing, nobody has to
 * look. If it is set, look: several names share one bit.
 */
export function nameBit(name: number): number {
  return 1 << (name & 31);
}

/** Whether a node stands inside another one. Nothing is inside NONE. */
export function isInside(tree: Tree, node: Node, outer: Node): boolean {
  return outer !== NONE && node > outer && node <= tree.last[outer]!;
}

export function isElement(tree: Tree, node: Node): boolean {
  return (tree.kind[node]! & KIND_MASK) === ELEMENT;
}

export function isAttribute(tree: Tree, node: Node): boolean {
  return (tree.kind[node]! & KIND_MASK) === ATTRIBUTE;
}

export function isText(tree: Tree, node: Node): boolean {
  return (tree.kind[node]! & KIND_MASK) === TEXT;
}

/** The value of an attribute or a text node, with references resolved (XML 1.0, 3.3.3 and 2.11). */
export function valueOf(tree: Tree, node: Node): string {
  const raw = tree.source.slice(tree.start[node], tree.end[node]);
  const kind = tree.kind[node]!;
  if ((kind & ENCODED) === 0) return raw;
  return (kind & KIND_MASK) === ATTRIBUTE ? decodeAttribute(raw) : decodeText(raw);
}

/** The string-value of any node (XPath 1.0, 5). For an element it is the text of all its descendants. */
export function stringValue(tree: Tree, node: Node): string {
  const kind = tree.kind[node]! & KIND_MASK;
  if (kind === ATTRIBUTE || kind === TEXT) return valueOf(tree, node);
  return tree.last[node]! - node < LARGE ? textWithin(tree, node) : largeText(tree, node);
}

/** An element of so many nodes is large: putting its text together takes longer than to look whether that was just done. */
const LARGE = 64;

function textWithin(tree: Tree, element: Node): string {
  let value = '';
  for (let n = element + 1; n <= tree.last[element]!; n++) if (isText(tree, n)) value += valueOf(tree, n);
  return value;
}

const LARGE_TEXTS = {};
const MOST_LARGE_TEXTS = 4;

/** A thousand entries may refer to one large cell: the last few texts are kept. */
function largeText(tree: Tree, element: Node): string {
  let texts = tree.workedOut.get(LARGE_TEXTS) as Map<Node, string> | undefined;
  if (texts === undefined) tree.workedOut.set(LARGE_TEXTS, (texts = new Map()));
  let text = texts.get(element);
  if (text === undefined) {
    if (texts.size === MOST_LARGE_TEXTS) texts.clear();
    texts.set(element, (text = textWithin(tree, element)));
  }
  return text;
}

/** The element's attribute with this name, or NONE. */
export function attribute(tree: Tree, element: Node, name: number): Node {
  if ((tree.inside[element]! & nameBit(name)) === 0) return NONE;
  const { kind, name: names } = tree;
  const end = tree.last[element]!;
  for (let n = element + 1; n <= end && (kind[n]! & KIND_MASK) === ATTRIBUTE; n++) if (names[n] === name) return n;
  return NONE;
}

/** The first child element or text, or NONE. */
export function firstChild(tree: Tree, element: Node): Node {
  const end = tree.last[element]!;
  for (let n = element + 1; n <= end; n++) if (!isAttribute(tree, n)) return n;
  return NONE;
}

/** The next sibling element or text, or NONE. */
export function nextSibling(tree: Tree, node: Node): Node {
  const next = tree.last[node]! + 1;
  return next < tree.count && tree.parent[next] === tree.parent[node] ? next : NONE;
}

/** The first child element with this name, or NONE. */
export function child(tree: Tree, element: Node, name: number): Node {
  if ((tree.inside[element]! & nameBit(name)) === 0) return NONE;
  const { kind, last, name: names } = tree;
  const end = last[element]!;
  for (let n = element + 1; n <= end; n = last[n]! + 1)
    if (names[n] === name && (kind[n]! & KIND_MASK) === ELEMENT) return n;
  return NONE;
}

/** All child elements, or those with this name. */
export function children(tree: Tree, element: Node, name?: number): Node[] {
  const found: Node[] = [];
  if (name !== undefined && (tree.inside[element]! & nameBit(name)) === 0) return found;
  const { kind, last, name: names } = tree;
  const end = last[element]!;
  for (let n = element + 1; n <= end; n = last[n]! + 1)
    if ((kind[n]! & KIND_MASK) === ELEMENT && (name === undefined || names[n] === name)) found.push(n);
  return found;
}

/** `observation`, `sdtc:raceCode`, `xsi:type`; `{uri}name` in other namespaces; the empty string for a text. */
export function nodeName(tree: Tree, node: Node): string {
  return nameOf(tree.names, tree.name[node]!);
}

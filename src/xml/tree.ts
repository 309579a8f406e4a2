/**
 * The light tree. A document is a handful of typed arrays; a node is its number.
 *
 * Numbers follow document order: an element, then its attributes, then its children. So comparing two numbers
 * compares two positions, `descendant` is a range, and a node's number is at the same time the number of the fact
 * that it holds: marking a fact costs one byte (see journal.ts). Nothing is sliced, decoded or looked up in a line
 * table until someone asks. Why not objects: 2.5 million nodes of a 50 MB document are 50 MB here, 400 MB there.
 */
import { decodeAttribute, decodeText } from './references.js';
import { nameOf, type Names } from './names.js';

/** A node's number. 0 is the document node (XPath `/`), 1 the root element. */
export type Node = number;

/** What a look-up that finds nothing answers. */
export const NONE = -1;

export const DOCUMENT = 0;
export const ELEMENT = 1;
export const ATTRIBUTE = 2;
export const TEXT = 3;

/** Set beside TEXT or ATTRIBUTE where the raw characters are not the value: references, CDATA, comments, line ends. */
export const ENCODED = 4;
/** Set beside TEXT where it is nothing but white space. */
export const BLANK = 8;
const KIND_MASK = 3;

export interface Tree {
  /** Another for each tree: what is kept of one, without the tree itself, is not taken for another's (see xpath/of-late.ts). */
  readonly serial: number;
  /** The decoded characters of the whole document; every offset points into it. */
  readonly source: string;
  /** How many nodes there are; numbers go from 0 to count - 1. */
  readonly count: number;
  /** DOCUMENT, ELEMENT, ATTRIBUTE or TEXT, with ENCODED and BLANK. */
  readonly kind: Uint8Array;
  /** The number of the name (see names.ts); 0 for text. */
  readonly name: Uint16Array;
  readonly parent: Int32Array;
  /** The number of the last descendant, attributes included; the node itself where it has none. */
  readonly last: Int32Array;
  /** Offset of the first character: of an element its `<`, of an attribute or text its value. */
  readonly start: Int32Array;
  /** Offset after the last character: of an element after its last `>`, of an attribute or text of its value. */
  readonly end: Int32Array;
  /** Of an element, the bits (see nameBit) of the names of its attributes and children. */
  readonly inside: Int32Array;
  readonly names: Names;
  /** What was worked out of the tree so far, by what works it out (see by-node.ts); it goes when the tree goes. */
  readonly workedOut: Map<object, unknown>;
  /** Where elements were hollowed out (see hollow.ts): the tree as the document has it. */
  readonly asWritten: Tree | undefined;
}

let serial = 0;

/** The number of the tree that is being made. */
export function nextSerial(): number {
  return serial++;
}

/**
 * The bit of a name in `inside`. Most of what mappings ask for isn't there, and where its bit is missing nobody has to
 * look; where it is set, the name may be another one's that shares the bit.
 */
export function nameBit(name: number): number {
  return 1 << (name & 31);
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

/** The value of an attribute or a text node, references resolved (XML 1.0, 3.3.3 and 2.11). */
export function valueOf(tree: Tree, node: Node): string {
  const raw = tree.source.slice(tree.start[node], tree.end[node]);
  const kind = tree.kind[node]!;
  if ((kind & ENCODED) === 0) return raw;
  return (kind & KIND_MASK) === ATTRIBUTE ? decodeAttribute(raw) : decodeText(raw);
}

/** The string-value of any node (XPath 1.0, 5): of an element, the text of all its descendants. */
export function stringValue(tree: Tree, node: Node): string {
  const kind = tree.kind[node]! & KIND_MASK;
  if (kind === ATTRIBUTE || kind === TEXT) return valueOf(tree, node);
  let value = '';
  for (let n = node + 1; n <= tree.last[node]!; n++) if (isText(tree, n)) value += valueOf(tree, n);
  return value;
}

/** The number of an element's attribute of that name, or NONE. */
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

/** The first child element of that name, or NONE. */
export function child(tree: Tree, element: Node, name: number): Node {
  if ((tree.inside[element]! & nameBit(name)) === 0) return NONE;
  const { kind, last, name: names } = tree;
  const end = last[element]!;
  for (let n = element + 1; n <= end; n = last[n]! + 1)
    if (names[n] === name && (kind[n]! & KIND_MASK) === ELEMENT) return n;
  return NONE;
}

/** All child elements, of one name where it is given. */
export function children(tree: Tree, element: Node, name?: number): Node[] {
  const found: Node[] = [];
  if (name !== undefined && (tree.inside[element]! & nameBit(name)) === 0) return found;
  const { kind, last, name: names } = tree;
  const end = last[element]!;
  for (let n = element + 1; n <= end; n = last[n]! + 1)
    if ((kind[n]! & KIND_MASK) === ELEMENT && (name === undefined || names[n] === name)) found.push(n);
  return found;
}

/** `observation`, `sdtc:raceCode`, `xsi:type`; `{uri}name` in other namespaces; empty for text. */
export function nodeName(tree: Tree, node: Node): string {
  return nameOf(tree.names, tree.name[node]!);
}

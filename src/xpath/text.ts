/** The text of nodes as selectors see it, and the facts that it is made of. */
import {
  ATTRIBUTE,
  BLANK,
  DOCUMENT,
  ELEMENT,
  ENCODED,
  TEXT,
  isText,
  nodeName,
  stringValue,
  valueOf,
  type Node,
  type Tree,
} from '../xml/tree.js';

const KIND_MASK = 3;
const COLON = 0x3a;

/**
 * The string-value of a node (XPath 1.0, 5). For `xsi:type` it is given without the prefix, because each document may
 * choose another prefix: `hl7:PQ` and `PQ` name the same type (XML Schema 1, 2.6.1).
 */
export function stringOfNode(tree: Tree, node: Node): string {
  if ((tree.kind[node]! & KIND_MASK) !== ATTRIBUTE) return stringValue(tree, node);
  const value = valueOf(tree, node);
  return value.includes(':') && nodeName(tree, node) === 'xsi:type' ? value.slice(value.indexOf(':') + 1) : value;
}

/** Whether the string-value of a node is this text. If the raw characters are the value, no string is made. */
export function hasText(tree: Tree, node: Node, text: string): boolean {
  const kind = tree.kind[node]!;
  if ((kind & KIND_MASK) === ELEMENT || (kind & KIND_MASK) === DOCUMENT || (kind & ENCODED) !== 0) {
    return stringOfNode(tree, node) === text;
  }
  if (isRaw(tree, node, text)) return true;
  // The text may stand after a prefix (`hl7:PQ`). Most other texts differ already here.
  const prefixed = tree.source.charCodeAt(tree.end[node]! - text.length - 1) === COLON;
  return prefixed && (kind & KIND_MASK) === ATTRIBUTE && stringOfNode(tree, node) === text;
}

/** Whether the string-value of a node is one of these texts. */
export function hasOneOf(tree: Tree, node: Node, texts: readonly string[]): boolean {
  for (const text of texts) if (hasText(tree, node, text)) return true;
  return false;
}

/** Whether two nodes have the same string-value. If their last raw characters differ, no string is made. */
export function haveSameText(tree: Tree, one: Node, other: Node): boolean {
  if (isPlain(tree, one) && isPlain(tree, other)) {
    const { source, end } = tree;
    if (source.charCodeAt(end[one]! - 1) !== source.charCodeAt(end[other]! - 1)) return false;
  }
  return stringOfNode(tree, one) === stringOfNode(tree, other);
}

/** Whether the last raw character of a node is also the last character of its value. */
function isPlain({ kind, start, end }: Tree, node: Node): boolean {
  const type = kind[node]! & KIND_MASK;
  return (type === ATTRIBUTE || type === TEXT) && (kind[node]! & ENCODED) === 0 && end[node]! > start[node]!;
}

/** Compares the last characters first, because OIDs differ at the end. */
function isRaw({ source, start, end }: Tree, node: Node, text: string): boolean {
  const from = start[node]!;
  const { length } = text;
  if (end[node]! - from !== length) return false;
  if (length === 0) return true;
  return source.charCodeAt(from + length - 1) === text.charCodeAt(length - 1) && source.startsWith(text, from);
}

/** The attribute or text nodes that the string-value of a node is made of. Text of only white space is no fact. */
export function factsOf(tree: Tree, node: Node): Node[] {
  const kind = tree.kind[node]! & KIND_MASK;
  if (kind !== ELEMENT && kind !== DOCUMENT) return [node];
  const facts: Node[] = [];
  for (let n = node + 1; n <= tree.last[node]!; n++) {
    if (isText(tree, n) && (tree.kind[n]! & BLANK) === 0) facts.push(n);
  }
  return facts;
}

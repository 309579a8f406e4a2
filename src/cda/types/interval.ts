import { attribute, firstChild, isElement, nextSibling, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { nameId } from '../vocabulary.js';

const VALUE = nameId('value');
const NULL_FLAVOR = nameId('nullFlavor');
const LOW = nameId('low');
const HIGH = nameId('high');
const CENTER = nameId('center');
const WIDTH = nameId('width');
const INCLUSIVE = nameId('inclusive');

/** The parts of an IVL_TS, IVL_PQ, IVL_INT, IVL_REAL or of the point type beside each; NONE where it has none. */
export interface Interval {
  /** See valueFact. */
  readonly value: Node;
  readonly low: Node;
  readonly high: Node;
  readonly center: Node;
  readonly width: Node;
}

/** Reads an interval or a point; which of the two it is shows in what it has, whatever its xsi:type says. */
export function readInterval(tree: Tree, node: Node): Interval {
  const interval = { value: valueFact(tree, node), low: NONE, high: NONE, center: NONE, width: NONE };
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    if (!isElement(tree, n)) continue;
    const name = tree.name[n];
    if (name === LOW && interval.low === NONE) interval.low = n;
    else if (name === HIGH && interval.high === NONE) interval.high = n;
    else if (name === CENTER && interval.center === NONE) interval.center = n;
    else if (name === WIDTH && interval.width === NONE) interval.width = n;
  }
  return interval;
}

/** Whether a node has bounds that say something: a value or why there is none. */
export function hasBounds(tree: Tree, node: Node): boolean {
  const { low, high } = readInterval(tree, node);
  return low !== NONE || high !== NONE;
}

/** The attribute of that name, or NONE where the element has none or a blank one. */
export function filled(tree: Tree, element: Node, name: number): Node {
  if (element === NONE) return NONE;
  const found = attribute(tree, element, name);
  return found !== NONE && valueOf(tree, found).trim() !== '' ? found : NONE;
}

/** Documents of senders whose values count beside a null flavor. */
const counted = new WeakSet<Tree>();

/** Values count in this document though a null flavor stands beside them: its sender means them. */
export function countBesideNull(tree: Tree): void {
  counted.add(tree);
}

/**
 * The fact that says a node's value: the `@value` of an element; an attribute or text that a selector chose is its own.
 * NONE where there is none or a blank one, and where the element is of a null flavor: a value beside it is not known to be
 * so (HL7 V3 data types, ANY.nullFlavor), wherever it stands, but in a document of a sender who means it (sender.json).
 */
export function valueFact(tree: Tree, node: Node): Node {
  if (node === NONE) return NONE;
  if (isElement(tree, node)) return isNull(tree, node) && !counted.has(tree) ? NONE : filled(tree, node, VALUE);
  return valueOf(tree, node).trim() === '' ? NONE : node;
}

/** Whether an element says by a null flavor that it has no proper value. */
export function isNull(tree: Tree, element: Node): boolean {
  return filled(tree, element, NULL_FLAVOR) !== NONE;
}

/** A bound's `@inclusive`, where it says `true` or `false`; bounds are inclusive unless they say otherwise. */
export function inclusive(tree: Tree, bound: Node): { node: Node; value: boolean } {
  const node = attribute(tree, bound, INCLUSIVE);
  const text = node === NONE ? '' : valueOf(tree, node).trim();
  return { node: text === 'true' || text === 'false' ? node : NONE, value: text !== 'false' };
}

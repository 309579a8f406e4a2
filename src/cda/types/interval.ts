import { attribute, firstChild, isElement, nextSibling, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { nameId } from '../vocabulary.js';

const VALUE = nameId('value');
const NULL_FLAVOR = nameId('nullFlavor');
const LOW = nameId('low');
const HIGH = nameId('high');
const CENTER = nameId('center');
const WIDTH = nameId('width');
const INCLUSIVE = nameId('inclusive');

/**
 * The parts of an IVL_TS, IVL_PQ, IVL_INT, IVL_REAL, or of the point type of one of these. NONE for a part that is not
 * there.
 */
export interface Interval {
  /** See `valueFact`. */
  readonly value: Node;
  readonly low: Node;
  readonly high: Node;
  readonly center: Node;
  readonly width: Node;
}

/** Reads an interval or a point. Its parts show which of the two it is, whatever its xsi:type says. */
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

/** Whether a node has bounds that say something: a value, or why there is none. */
export function hasBounds(tree: Tree, node: Node): boolean {
  const { low, high } = readInterval(tree, node);
  return low !== NONE || high !== NONE;
}

/** The attribute with that name, or NONE if the element has none or a blank one. */
export function filled(tree: Tree, element: Node, name: number): Node {
  if (element === NONE) return NONE;
  const found = attribute(tree, element, name);
  return found !== NONE && valueOf(tree, found).trim() !== '' ? found : NONE;
}

/** The documents in which values count beside a null flavor. */
const counted = new WeakSet<Tree>();

/** Says that values in this document count although a null flavor stands beside them, because its sender means them. */
export function countBesideNull(tree: Tree): void {
  counted.add(tree);
}

/**
 * The fact that is the value of a node: the `@value` of an element; or the node itself, if a selector chose an
 * attribute or text. NONE if there is none or it is blank. Also NONE if the element has a null flavor: then its value
 * is not known to be true (HL7 V3 data types, ANY.nullFlavor). The exception are documents of a sender who means such
 * values (sender.json).
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

/** The `@inclusive` of a bound if it is `true` or `false`. Without it a bound is inclusive. */
export function inclusive(tree: Tree, bound: Node): { node: Node; value: boolean } {
  const node = attribute(tree, bound, INCLUSIVE);
  const text = node === NONE ? '' : valueOf(tree, node).trim();
  return { node: text === 'true' || text === 'false' ? node : NONE, value: text !== 'false' };
}

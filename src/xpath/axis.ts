/**
 * The axes (XPath 1.0, 2.2) over the light tree: for each axis its first node and the next node, in the axis's own
 * direction.
 */
import { firstChild, isAttribute, isElement, isText, nextSibling, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Axis } from './syntax.js';

/** Goes from one node of an axis to the next; NONE at the end. */
export interface Cursor {
  readonly first: (tree: Tree, origin: Node) => Node;
  readonly next: (tree: Tree, origin: Node, current: Node) => Node;
}

/** Which nodes of an axis a step takes. Example: elements with the name `code`. */
export type Test = (tree: Tree, node: Node) => boolean;

export const isNode: Test = () => true;
export { isAttribute, isElement, isText };

export function elementNamed(name: number): Test {
  return (tree, node) => tree.name[node] === name && isElement(tree, node);
}

export function attributeNamed(name: number): Test {
  return (tree, node) => tree.name[node] === name && isAttribute(tree, node);
}

/** The nodes of an axis that pass a test. */
export function cursor(axis: Axis, test: Test): Cursor {
  const { first, next } = CURSORS[axis];
  if (test === isNode) return { first, next };
  const passing = (tree: Tree, origin: Node, start: Node): Node => {
    let node = start;
    while (node !== NONE && !test(tree, node)) node = next(tree, origin, node);
    return node;
  };
  return {
    first: (tree, origin) => passing(tree, origin, first(tree, origin)),
    next: (tree, origin, current) => passing(tree, origin, next(tree, origin, current)),
  };
}

const none = (): Node => NONE;

/** The parent of a node; NONE for the document. */
export function parentOf(tree: Tree, node: Node): Node {
  return node === 0 ? NONE : tree.parent[node]!;
}

function nextAttribute(tree: Tree, element: Node, current: Node): Node {
  const next = current + 1;
  return next <= tree.last[element]! && isAttribute(tree, next) ? next : NONE;
}

function nextDescendant(tree: Tree, origin: Node, current: Node): Node {
  const end = tree.last[origin]!;
  let next = current + 1;
  while (next <= end && isAttribute(tree, next)) next++;
  return next <= end ? next : NONE;
}

/**
 * The node with the number before `node` is the last descendant of the previous sibling. If there is no previous
 * sibling, it is the parent or an attribute of the parent.
 */
function previousSibling(tree: Tree, node: Node): Node {
  if (isAttribute(tree, node)) return NONE;
  const parent = parentOf(tree, node);
  let previous = node - 1;
  if (parent === NONE || previous === parent) return NONE;
  while (tree.parent[previous] !== parent) previous = tree.parent[previous]!;
  return isAttribute(tree, previous) ? NONE : previous;
}

function followingSibling(tree: Tree, node: Node): Node {
  return node === 0 || isAttribute(tree, node) ? NONE : nextSibling(tree, node);
}

const CURSORS: Readonly<Record<Axis, Cursor>> = {
  child: { first: firstChild, next: (tree, _origin, current) => nextSibling(tree, current) },
  attribute: {
    first: (tree, origin) => nextAttribute(tree, origin, origin),
    next: nextAttribute,
  },
  descendant: { first: (tree, origin) => nextDescendant(tree, origin, origin), next: nextDescendant },
  'descendant-or-self': { first: (_tree, origin) => origin, next: nextDescendant },
  parent: { first: parentOf, next: none },
  self: { first: (_tree, origin) => origin, next: none },
  'following-sibling': {
    first: followingSibling,
    next: (tree, _origin, current) => followingSibling(tree, current),
  },
  'preceding-sibling': {
    first: previousSibling,
    next: (tree, _origin, current) => previousSibling(tree, current),
  },
  ancestor: { first: parentOf, next: (tree, _origin, current) => parentOf(tree, current) },
  'ancestor-or-self': { first: (_tree, origin) => origin, next: (tree, _origin, current) => parentOf(tree, current) },
};

/**
 * How the nodes that a path reaches lie. It is known before the path runs.
 * - `single`: at most one node.
 * - `apart`: several in document order, none inside another.
 * - `ordered`: in document order.
 * - `unordered`: in any order, perhaps with repetitions.
 */
export type Spread = 'single' | 'apart' | 'ordered' | 'unordered';

/** How nodes lie after a step, from how they lay before. `singular`: the step gives at most one node from each. */
export function spreadAfter(spread: Spread, axis: Axis, singular: boolean): Spread {
  if (axis === 'self' || (spread === 'single' && (singular || axis === 'parent'))) return spread;
  if (axis === 'attribute') return 'apart';
  if (axis === 'child') return spread === 'ordered' ? 'unordered' : 'apart';
  if (axis === 'descendant' || axis === 'descendant-or-self') return spread === 'ordered' ? 'unordered' : 'ordered';
  return axis === 'following-sibling' && spread === 'single' ? 'apart' : 'unordered';
}

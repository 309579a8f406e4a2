import { onceByTree, onceInTree } from './by-node.js';
import { child, children, isAttribute, NONE, type Node, type Tree } from './tree.js';

/**
 * An element with at least so many nodes is worth a list of its children: a section with all its entries, an organizer
 * with a hundred results.
 */
const LARGE = 250;

const listsIn = onceInTree(() => new Map<number, readonly Node[]>());

/** Whether an element has so many nodes that `namedChildren` is faster than `children`. */
export function isLarge(tree: Tree, element: Node): boolean {
  return tree.last[element]! - element >= LARGE;
}

/**
 * The child elements with a name. If `inside` is given, only those that have a child element of that name. The children
 * of an element are gone through once for each question. That matters because each of a thousand entries asks for the
 * code of its section, and each problem of a concern asks whether one of the problems has an encounter.
 */
export function namedChildren(tree: Tree, element: Node, name: number, inside?: number): readonly Node[] {
  if (inside === undefined && !isLarge(tree, element)) return children(tree, element, name);
  const lists = listsIn(tree, element);
  const question = inside === undefined ? name : name + (inside + 1) * NAMES;
  let list = lists.get(question);
  if (list === undefined) {
    list = children(tree, element, name);
    if (inside !== undefined) list = list.filter((one) => child(tree, one, inside) !== NONE);
    lists.set(question, list);
  }
  return list;
}

/** A document can't have so many names, so two numbers fit into one key. */
const NAMES = 2 ** 26;

const everywhere = onceByTree(() => new Map<number, readonly Node[]>());

/** The elements of a name below an element, in document order. The document is gone through once for each name. */
export function namedDescendants(tree: Tree, element: Node, name: number): readonly Node[] {
  const lists = everywhere(tree);
  let list = lists.get(name);
  if (list === undefined) lists.set(name, (list = allNamed(tree, name)));
  return list.slice(firstFrom(list, element + 1), firstFrom(list, tree.last[element]! + 1));
}

function allNamed(tree: Tree, name: number): Node[] {
  const found: Node[] = [];
  for (let node = 0; node < tree.count; node++)
    if (tree.name[node] === name && !isAttribute(tree, node)) found.push(node);
  return found;
}

/** The index of the first node in the list that is not before this node. The list is in document order. */
function firstFrom(list: readonly Node[], node: Node): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < node) low = middle + 1;
    else high = middle;
  }
  return low;
}

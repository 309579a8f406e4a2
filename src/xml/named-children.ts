import { onceByTree, onceInTree } from './by-node.js';
import { child, children, isAttribute, NONE, type Node, type Tree } from './tree.js';

/** From how many nodes on an element is worth a list: a section with all of its entries, an organizer of a hundred results. */
const LARGE = 250;

const listsIn = onceInTree(() => new Map<number, readonly Node[]>());

/** Whether the children of an element are better asked for by `namedChildren`. */
export function isLarge(tree: Tree, element: Node): boolean {
  return tree.last[element]! - element >= LARGE;
}

/**
 * The child elements of a name; where `inside` is told, only those that have a child of that name themselves. Each of a thousand
 * entries asks for the code of their section, and each problem of a concern whether one of them is told with an encounter:
 * the children of an element are gone through once for each question.
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

/** More than there are names in a document. */
const NAMES = 2 ** 26;

const everywhere = onceByTree(() => new Map<number, readonly Node[]>());

/** The elements of a name below an element, in document order; the document is gone through once for each name. */
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

/** Where the first node that is not before this one stands in a list that is in document order. */
function firstFrom(list: readonly Node[], node: Node): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < node) low = middle + 1;
    else high = middle;
  }
  return low;
}

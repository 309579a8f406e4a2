/**
 * Paths of nothing but names, such as `code/@code` or `consumable/manufacturedProduct/id`. Half of all selectors in
 * mappings are such paths.
 */
import { onceInTree } from '../xml/by-node.js';
import { isLarge, namedChildren } from '../xml/named-children.js';
import { ATTRIBUTE, attribute, child, nameBit, NONE, type Node, type Tree } from '../xml/tree.js';
import type { SelectorContext } from './context.js';

const KIND_MASK = 3;
const NOTHING: readonly Node[] = [];

/** The children to go down by, and the attribute at the end if there is one. */
export interface Chain {
  readonly children: readonly number[];
  readonly attribute: number | undefined;
}

type FromNode<T> = (context: SelectorContext, node: Node) => T;

/**
 * Compiles to the first node at the end of a chain, or NONE. Short chains, which are nearly all, have code of their
 * own.
 */
export function firstAlong(chain: Chain): FromNode<Node> {
  const { children, attribute: end } = chain;
  const [only] = children;
  if (only === undefined && end !== undefined) return ({ tree }, node) => attribute(tree, node, end);
  if (only !== undefined && children.length === 1 && end === undefined)
    return ({ tree }, node) => child(tree, node, only);
  return ({ tree }, node) => firstFrom(tree, node, chain, 0);
}

/** Compiles to every node at the end of a chain, in document order. */
export function allAlong(chain: Chain): FromNode<readonly Node[]> {
  const { children, attribute: end } = chain;
  if (children.length === 0 && end !== undefined) {
    return ({ tree }, node) => {
      const found = attribute(tree, node, end);
      return found === NONE ? NOTHING : [found];
    };
  }
  const find = (tree: Tree, node: Node): readonly Node[] => collect(tree, node, chain, 0, undefined) ?? NOTHING;
  // Kept, because each problem of a concern asks the concern for the same nodes.
  const findOnce = onceInTree(find);
  return ({ tree }, node) => (isLarge(tree, node) ? findOnce(tree, node) : find(tree, node));
}

function firstFrom(tree: Tree, node: Node, chain: Chain, depth: number): Node {
  const { children } = chain;
  if (depth === children.length) return chain.attribute === undefined ? node : attribute(tree, node, chain.attribute);
  const name = children[depth]!;
  if ((tree.inside[node]! & nameBit(name)) === 0) return NONE;
  if (isLarge(tree, node)) {
    for (const child of namedChildren(tree, node, name)) {
      const found = firstFrom(tree, child, chain, depth + 1);
      if (found !== NONE) return found;
    }
    return NONE;
  }
  const end = tree.last[node]!;
  for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
    if (tree.name[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
    const found = firstFrom(tree, n, chain, depth + 1);
    if (found !== NONE) return found;
  }
  return NONE;
}

/** Adds to a list. The list is made when there is a first node, because most chains find nothing. */
function collect(tree: Tree, node: Node, chain: Chain, depth: number, list: Node[] | undefined): Node[] | undefined {
  const { children } = chain;
  if (depth === children.length) {
    const end = chain.attribute === undefined ? node : attribute(tree, node, chain.attribute);
    if (end === NONE) return list;
    if (list === undefined) return [end];
    list.push(end);
    return list;
  }
  const name = children[depth]!;
  if ((tree.inside[node]! & nameBit(name)) === 0) return list;
  let found = list;
  if (isLarge(tree, node)) {
    for (const child of namedChildren(tree, node, name)) found = collect(tree, child, chain, depth + 1, found);
    return found;
  }
  const last = tree.last[node]!;
  for (let n = node + 1; n <= last; n = tree.last[n]! + 1) {
    if (tree.name[n] === name && (tree.kind[n]! & KIND_MASK) !== ATTRIBUTE)
      found = collect(tree, n, chain, depth + 1, found);
  }
  return found;
}

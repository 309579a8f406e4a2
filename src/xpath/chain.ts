/** Paths that are nothing but names, `code/@code`, `consumable/manufacturedProduct/id`: half of what mappings ask for. */
import { ATTRIBUTE, attribute, nameBit, NONE, type Node, type Tree } from '../xml/tree.js';

const KIND_MASK = 3;

/** The children to go down by, and the attribute at the end. */
export interface Chain {
  readonly children: readonly number[];
  readonly attribute: number | undefined;
}

/** The first node at the end of a chain, or NONE. */
export function firstInChain(tree: Tree, node: Node, chain: Chain, depth = 0): Node {
  const { children } = chain;
  if (depth === children.length) return chain.attribute === undefined ? node : attribute(tree, node, chain.attribute);
  const name = children[depth]!;
  if ((tree.inside[node]! & nameBit(name)) === 0) return NONE;
  const end = tree.last[node]!;
  for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
    if (tree.name[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
    const found = firstInChain(tree, n, chain, depth + 1);
    if (found !== NONE) return found;
  }
  return NONE;
}

/** Every node at the end of a chain, in document order. */
export function allInChain(tree: Tree, node: Node, chain: Chain): readonly Node[] {
  const found: Node[] = [];
  collect(tree, node, chain, 0, found);
  return found;
}

function collect(tree: Tree, node: Node, chain: Chain, depth: number, found: Node[]): void {
  const { children } = chain;
  if (depth === children.length) {
    const end = chain.attribute === undefined ? node : attribute(tree, node, chain.attribute);
    if (end !== NONE) found.push(end);
    return;
  }
  const name = children[depth]!;
  if ((tree.inside[node]! & nameBit(name)) === 0) return;
  const last = tree.last[node]!;
  for (let n = node + 1; n <= last; n = tree.last[n]! + 1) {
    if (tree.name[n] === name && (tree.kind[n]! & KIND_MASK) !== ATTRIBUTE) collect(tree, n, chain, depth + 1, found);
  }
}

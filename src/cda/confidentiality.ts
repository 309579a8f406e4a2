import { isElement, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const CONFIDENTIALITY = nameId('confidentialityCode');

const byTree = new WeakMap<Tree, ReadonlyMap<Node, Node>>();

/**
 * The confidentialityCode that holds for a node: that of the nearest element at or above it that has one (context conduction,
 * CDA R2 4.4: a section's replaces the document's for what is in it).
 */
export function confidentialityOf(tree: Tree, node: Node): Node[] {
  const codes = codesIn(tree);
  if (codes.size === 0) return [];
  for (let at = node; at > 0; at = tree.parent[at]!) {
    const code = codes.get(at);
    if (code !== undefined) return [code];
  }
  return [];
}

/** The first of each element, found once for the document: a large section is not searched for each of its entries. */
function codesIn(tree: Tree): ReadonlyMap<Node, Node> {
  const known = byTree.get(tree);
  if (known !== undefined) return known;
  const codes = new Map<Node, Node>();
  for (let node = 1; node < tree.count; node++) {
    if (tree.name[node] !== CONFIDENTIALITY || !isElement(tree, node)) continue;
    const holder = tree.parent[node]!;
    if (!codes.has(holder)) codes.set(holder, node);
  }
  byTree.set(tree, codes);
  return codes;
}

/**
 * Gives a tree without some of its elements: their children become children of the parent. No node changes its number,
 * so that each fact keeps its place in the ledger. Only the parents change.
 */
import { firstChild, isAttribute, nextSerial, nextSibling, NONE, type Node, type Tree } from './tree.js';

/**
 * Hollows out elements: each stays as an empty element without a name, and what was in it follows it. In `elements`, an
 * outer element must come before an element inside it.
 *
 *   <a><b x="1"><c/></b></a>   with b hollowed out is   <a>< x="1"/><c/></a>
 */
export function hollowedOut(tree: Tree, elements: readonly Node[]): Tree {
  if (elements.length === 0) return tree;
  const [name, parent, last, inside] = [tree.name.slice(), tree.parent.slice(), tree.last.slice(), tree.inside.slice()];
  for (const element of elements) {
    const around = parent[element]!;
    for (let node = firstChild(tree, element); node !== NONE; node = nextSibling(tree, node)) parent[node] = around;
    let end = element;
    while (end < tree.last[element]! && isAttribute(tree, end + 1)) end++;
    last[element] = end;
    name[element] = 0;
    inside[around]! |= inside[element]!;
  }
  return { ...tree, serial: nextSerial(), name, parent, last, inside, workedOut: new Map(), asWritten: tree };
}

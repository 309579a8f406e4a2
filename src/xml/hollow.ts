/**
 * The tree as if some of its elements did not stand between those around them and those inside of them. Numbers and order of
 * the nodes stay, so that each fact is where it was for the ledger; only who is whose parent is another.
 */
import { firstChild, isAttribute, nextSerial, nextSibling, NONE, type Node, type Tree } from './tree.js';

/**
 * Hollows elements out: each stays as an empty element without a name, before what was in it. Parents stand before what is
 * in them in `elements`.
 *
 *   <a><b x="1"><c/></b></a>   with b hollowed out   is   <a>< x="1"/><c/></a>
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

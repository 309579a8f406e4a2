import type { Node, Tree } from '../xml/tree.js';
import { AUTHOR, conducted, holderOf, holdersOf, INFORMANT } from './context-conduction.js';

const ROOT_ELEMENT = 1;

/** The authors that hold for a node: an author of the document or a section holds for what is in it unless a nearer one replaces it. */
export function authorsOf(tree: Tree, node: Node): readonly Node[] {
  return conducted(tree, node, AUTHOR);
}

/** The informants that hold for a node, by the same rule. */
export function informantsOf(tree: Tree, node: Node): readonly Node[] {
  return conducted(tree, node, INFORMANT);
}

/**
 * The nearest element at or above a node that names an author or informant; the root element where none does, since
 * it stands for the document (CDA R2 4.4).
 */
export function authorshipOf(tree: Tree, node: Node): Node {
  return Math.max(holderOf(tree, node, AUTHOR), holderOf(tree, node, INFORMANT), ROOT_ELEMENT);
}

/** The elements that name an author of their own, in document order. */
export function authorHolders(tree: Tree): Node[] {
  return holdersOf(tree, AUTHOR);
}

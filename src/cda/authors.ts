import type { Node, Tree } from '../xml/tree.js';
import { AUTHOR, conducted, holderOf, holdersOf, INFORMANT } from './context-conduction.js';

const ROOT_ELEMENT = 1;

/**
 * The authors of a node. An author of the document or of a section is the author of everything in it, unless something
 * nearer names another author.
 */
export function authorsOf(tree: Tree, node: Node): readonly Node[] {
  return conducted(tree, node, AUTHOR);
}

/** The informants of a node, by the same rule. */
export function informantsOf(tree: Tree, node: Node): readonly Node[] {
  return conducted(tree, node, INFORMANT);
}

/**
 * The nearest element at or above a node that names an author or informant. If none does, the root element, because it
 * stands for the document (CDA R2 4.4).
 */
export function authorshipOf(tree: Tree, node: Node): Node {
  return Math.max(holderOf(tree, node, AUTHOR), holderOf(tree, node, INFORMANT), ROOT_ELEMENT);
}

/** The elements that themselves name an author, in document order. */
export function authorHolders(tree: Tree): Node[] {
  return holdersOf(tree, AUTHOR);
}

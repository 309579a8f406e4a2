import { child, children, NONE, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const AUTHOR = nameId('author');
const INFORMANT = nameId('informant');

/**
 * The authors that hold for a node: those of the nearest element at or above it that has any (context conduction, CDA R2
 * 4.4: an author of the document or a section holds for what is in it unless a nearer one replaces it).
 */
export function authorsOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, AUTHOR);
}

/** The informants that hold for a node, by the same rule. */
export function informantsOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, INFORMANT);
}

function conducted(tree: Tree, node: Node, participation: number): Node[] {
  for (let at = node; at > 0; at = tree.parent[at]!) {
    if (child(tree, at, participation) !== NONE) return children(tree, at, participation);
  }
  return [];
}

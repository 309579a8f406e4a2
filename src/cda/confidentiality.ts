import type { Node, Tree } from '../xml/tree.js';
import { CONFIDENTIALITY, conducted } from './context-conduction.js';

/** The confidentialityCode that holds for a node: a section's replaces the document's for what is in it. */
export function confidentialityOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, CONFIDENTIALITY).slice(0, 1);
}

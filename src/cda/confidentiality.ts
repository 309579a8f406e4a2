import type { Node, Tree } from '../xml/tree.js';
import { CONFIDENTIALITY, conducted } from './context-conduction.js';

/** The confidentialityCode of a node: that of the nearest section that has one, else of the document. */
export function confidentialityOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, CONFIDENTIALITY).slice(0, 1);
}

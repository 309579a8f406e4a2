import { onceInTree } from '../xml/by-node.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const SECTION = nameId('section');

/** The elements that can be clinical statements (CDA R2, 4.3.6). */
const STATEMENTS: ReadonlySet<number> = new Set(
  ['act', 'encounter', 'observation', 'organizer', 'procedure', 'substanceAdministration', 'supply'].map(nameId),
);

export function isStatement(tree: Tree, node: Node): boolean {
  return STATEMENTS.has(tree.name[node]!) && isElement(tree, node);
}

/** The innermost statement around a node (not the node itself), or NONE. */
export function statementAround(tree: Tree, node: Node): Node {
  let at = tree.parent[node]!;
  while (at > 0 && !isStatement(tree, at)) at = tree.parent[at]!;
  return at > 0 ? at : NONE;
}

/** The innermost section around a node, or NONE. */
export function sectionAround(tree: Tree, node: Node): Node {
  for (let at = tree.parent[node]!; at > 0; at = tree.parent[at]!) if (tree.name[at] === SECTION) return at;
  return NONE;
}

/** The outermost statements inside a statement. Kept, because each fact of a statement asks for them. */
export const statementsInside: (tree: Tree, statement: Node) => readonly Node[] = onceInTree(findInside);

function findInside(tree: Tree, statement: Node): Node[] {
  const found: Node[] = [];
  for (let node = statement + 1; node <= tree.last[statement]!; node++) {
    if (!isStatement(tree, node)) continue;
    found.push(node);
    node = tree.last[node]!;
  }
  return found;
}

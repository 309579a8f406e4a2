import { onceByTree } from '../xml/by-node.js';
import { idOf } from '../xml/names.js';
import { isAttribute, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';

/** The element whose attribute `ID` has this value, or NONE. If a document has several, the first. */
export function elementById(tree: Tree, id: string): Node {
  return elementsByIdIn(tree).get(id) ?? NONE;
}

const elementsByIdIn = onceByTree((tree: Tree): ReadonlyMap<string, Node> => {
  const index = new Map<string, Node>();
  const name = idOf(tree.names, 'ID');
  if (name === undefined) return index;
  for (let n = 0; n < tree.count; n++) {
    if (tree.name[n] !== name || !isAttribute(tree, n)) continue;
    const id = valueOf(tree, n);
    if (!index.has(id)) index.set(id, tree.parent[n]!);
  }
  return index;
});

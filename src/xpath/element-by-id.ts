import { idOf } from '../xml/names.js';
import { isAttribute, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';

/** Looked for once a document, and forgotten with it. */
const indexes = new WeakMap<Tree, ReadonlyMap<string, Node>>();

/** The element whose attribute `ID` has this value, or NONE; the first, where a sloppy document has several. */
export function elementById(tree: Tree, id: string): Node {
  let index = indexes.get(tree);
  if (index === undefined) {
    index = indexElements(tree);
    indexes.set(tree, index);
  }
  return index.get(id) ?? NONE;
}

function indexElements(tree: Tree): Map<string, Node> {
  const index = new Map<string, Node>();
  const name = idOf(tree.names, 'ID');
  if (name === undefined) return index;
  for (let n = 0; n < tree.count; n++) {
    if (tree.name[n] !== name || !isAttribute(tree, n)) continue;
    const id = valueOf(tree, n);
    if (!index.has(id)) index.set(id, tree.parent[n]!);
  }
  return index;
}

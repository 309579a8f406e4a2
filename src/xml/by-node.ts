import type { Node, Tree } from './tree.js';

/**
 * What is worked out of a node of a document once, however often it is asked for; kept as long as the document lives. The
 * answer has to follow from the tree and the node alone, and be other than undefined.
 *
 *   const ownRow = onceByNode(rowOf);
 *   ownRow(reading, statement); // looks for it
 *   ownRow(reading, statement); // knows it
 */
export function onceByNode<Source extends { readonly tree: Tree }, T>(
  work: (source: Source, node: Node) => T,
): (source: Source, node: Node) => T {
  return once(({ tree }) => tree, work);
}

/** The same for what is asked of the tree itself. */
export function onceInTree<T>(work: (tree: Tree, node: Node) => T): (tree: Tree, node: Node) => T {
  return once((tree) => tree, work);
}

function once<Source, T>(
  treeOf: (source: Source) => Tree,
  work: (source: Source, node: Node) => T,
): (source: Source, node: Node) => T {
  const known = new WeakMap<Tree, Map<Node, T>>();
  return (source, node) => {
    const tree = treeOf(source);
    let answers = known.get(tree);
    if (answers === undefined) known.set(tree, (answers = new Map<Node, T>()));
    let answer = answers.get(node);
    if (answer === undefined) answers.set(node, (answer = work(source, node)));
    return answer;
  };
}

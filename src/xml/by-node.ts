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
  const known = new WeakMap<Tree, Map<Node, T>>();
  return (source, node) => {
    let answers = known.get(source.tree);
    if (answers === undefined) known.set(source.tree, (answers = new Map<Node, T>()));
    let answer = answers.get(node);
    if (answer === undefined) answers.set(node, (answer = work(source, node)));
    return answer;
  };
}

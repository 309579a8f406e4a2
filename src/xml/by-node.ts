/**
 * What is worked out of a document once, however often it is asked for. It is kept with the tree, and goes with it: where
 * each work kept what it knows of every tree, the collector would have to look through all of these.
 */
import type { Node, Tree } from './tree.js';

/**
 * Something that each tree has for itself. The answer depends on the tree alone, and is never undefined.
 *
 *   const holdersIn = onceByTree(findHolders);
 *   holdersIn(tree); // looks for them
 *   holdersIn(tree); // knows them
 */
export function onceByTree<T>(work: (tree: Tree) => T): (tree: Tree) => T {
  return ofTree((tree) => tree, work);
}

/** The same for what is read from more than the tree: what leads from an entry into the narrative. */
export function onceByDocument<Source extends { readonly tree: Tree }, T>(
  work: (source: Source) => T,
): (source: Source) => T {
  return ofTree(({ tree }) => tree, work);
}

/**
 * What is worked out of a node. The answer has to follow from the tree and the node alone, and be other than undefined.
 *
 *   const ownRow = onceByNode(rowOf);
 *   ownRow(reading, statement); // looks for it
 *   ownRow(reading, statement); // knows it
 */
export function onceByNode<Source extends { readonly tree: Tree }, T>(
  work: (source: Source, node: Node) => T,
): (source: Source, node: Node) => T {
  return ofNode(({ tree }) => tree, work);
}

/** The same for what is asked of the tree itself. */
export function onceInTree<T>(work: (tree: Tree, node: Node) => T): (tree: Tree, node: Node) => T {
  return ofNode((tree) => tree, work);
}

function ofTree<Source, T>(treeOf: (source: Source) => Tree, work: (source: Source) => T): (source: Source) => T {
  const key = {};
  return (source) => {
    const { workedOut } = treeOf(source);
    let answer = workedOut.get(key);
    if (answer === undefined) workedOut.set(key, (answer = work(source)));
    return answer as T;
  };
}

function ofNode<Source, T>(
  treeOf: (source: Source) => Tree,
  work: (source: Source, node: Node) => T,
): (source: Source, node: Node) => T {
  const answersIn = onceByTree(() => new Map<Node, T>());
  return (source, node) => {
    const answers = answersIn(treeOf(source));
    let answer = answers.get(node);
    if (answer === undefined) answers.set(node, (answer = work(source, node)));
    return answer;
  };
}

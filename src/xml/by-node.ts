/**
 * Keeps what was worked out of a document, so that it is worked out only once. It is kept in the tree and goes when the
 * tree goes. (If each function had a WeakMap of trees, the garbage collector would have to go through all of them.)
 */
import type { Node, Tree } from './tree.js';

/**
 * Works something out once for each tree. The answer must depend on nothing but the tree, and must not be undefined.
 *
 *   const holdersIn = onceByTree(findHolders);
 *   holdersIn(tree); // calls findHolders
 *   holdersIn(tree); // has the answer
 */
export function onceByTree<T>(work: (tree: Tree) => T): (tree: Tree) => T {
  return ofTree((tree) => tree, work);
}

/** The same for a source that holds a tree and more, such as the references from entries into the narrative. */
export function onceByDocument<Source extends { readonly tree: Tree }, T>(
  work: (source: Source) => T,
): (source: Source) => T {
  return ofTree(({ tree }) => tree, work);
}

/**
 * Works something out once for each node. The answer must depend on nothing but the tree and the node, and must not be
 * undefined.
 *
 *   const ownRow = onceByNode(rowOf);
 *   ownRow(reading, statement); // calls rowOf
 *   ownRow(reading, statement); // has the answer
 */
export function onceByNode<Source extends { readonly tree: Tree }, T>(
  work: (source: Source, node: Node) => T,
): (source: Source, node: Node) => T {
  return ofNode(({ tree }) => tree, work);
}

/** The same where the first argument is the tree itself. */
export function onceInTree<T>(work: (tree: Tree, node: Node) => T): (tree: Tree, node: Node) => T {
  return ofNode((tree) => tree, work);
}

/**
 * Forgets what was worked out for each node, in order to make room: when all resources are made, hardly anything is asked
 * about single nodes again.
 */
export function forgetByNode({ workedOut }: Tree): void {
  for (const [key, answers] of workedOut) if (answers instanceof AnswersByNode) workedOut.delete(key);
}

class AnswersByNode<T> extends Map<Node, T> {}

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
  const answersIn = onceByTree(() => new AnswersByNode<T>());
  return (source, node) => {
    const answers = answersIn(treeOf(source));
    let answer = answers.get(node);
    if (answer === undefined) answers.set(node, (answer = work(source, node)));
    return answer;
  };
}

/** What the name of the context node tells: `self::act[…]` finds nothing from an observation. */
import { isElement, type Node, type Tree } from '../xml/tree.js';

/**
 * The names of the elements from which a part may find something. From any other node it finds nothing and is false.
 * Undefined if the name of the context node doesn't tell that.
 */
export type OwnNames = ReadonlySet<number> | undefined;

/** Whether a part can't find anything from a node, because the node has another name. */
export function isOther(tree: Tree, node: Node, names: OwnNames): boolean {
  return names !== undefined && (!names.has(tree.name[node]!) || !isElement(tree, node));
}

/** The names of two parts that must both give something. */
export function namesOfBoth(one: OwnNames, other: OwnNames): OwnNames {
  if (one === undefined || other === undefined) return one ?? other;
  return new Set([...one].filter((name) => other.has(name)));
}

/** The names of several parts of which at least one must give something. */
export function namesOfAny(all: readonly OwnNames[]): OwnNames {
  const any = new Set<number>();
  for (const names of all) {
    if (names === undefined) return undefined;
    for (const name of names) any.add(name);
  }
  return any;
}

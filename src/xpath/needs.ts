/**
 * What a selector can't do without. Most of what mappings ask of a document isn't there, and to know that at once is
 * half of their speed.
 */
import type { Node, Tree } from '../xml/tree.js';

/**
 * Bits of names (see nameBit): where the context node has none of them inside, the selector finds nothing, is false, or
 * is the empty text. Undefined where that can't be told from names.
 */
export type Needs = number | undefined;

/** Whether a node has none of the names inside. */
export function lacks(tree: Tree, node: Node, needs: Needs): boolean {
  return needs !== undefined && (tree.inside[node]! & needs) === 0;
}

/** The needs of several things of which one has to give something. */
export function needsOfAny(all: readonly Needs[]): Needs {
  let any = 0;
  for (const needs of all) {
    if (needs === undefined) return undefined;
    any |= needs;
  }
  return any;
}

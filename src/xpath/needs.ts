/**
 * What a selector can't do without. Most of what mappings ask of a document is not there. To know that at once is half
 * of their speed.
 */
import type { Node, Tree } from '../xml/tree.js';

/**
 * The bits of some names (see nameBit). If the context node has none of these names inside, the selector finds nothing,
 * is false, or is the empty text. Undefined if names don't tell that.
 */
export type Needs = number | undefined;

/** Whether a node has none of these names inside. */
export function lacks(tree: Tree, node: Node, needs: Needs): boolean {
  return needs !== undefined && (tree.inside[node]! & needs) === 0;
}

/** The needs of several parts of which at least one must give something. */
export function needsOfAny(all: readonly Needs[]): Needs {
  let any = 0;
  for (const needs of all) {
    if (needs === undefined) return undefined;
    any |= needs;
  }
  return any;
}

import type { MappedResource } from '../../mapping/mapped-resource.js';
import { isAttribute, NONE, valueOf, type Node } from '../../xml/tree.js';

/**
 * Where the document says a code (or a unit) of a resource: the first attribute of its statements with that text; the
 * statement itself where there is none.
 */
export function placeOfCode({ tree, node, nodes }: MappedResource, code: string): Node {
  for (const statement of [node, ...nodes]) {
    if (statement === NONE) continue;
    for (let at = statement + 1; at <= tree.last[statement]!; at++)
      if (isAttribute(tree, at) && valueOf(tree, at).trim() === code) return at;
  }
  return node === NONE ? 0 : node;
}

import type { MappedResource } from '../mapping/mapped-resource.js';
import type { Node } from '../xml/tree.js';

/** What is told of such a statement. */
export const SEVERAL = 'Several resources of one type were made of this statement: counted, it is one too many.';

/**
 * The statements of which several resources of one type were made: a count of them is one too many. What asks for it by
 * `also` is meant so.
 */
export function severalOfOne(kept: readonly MappedResource[]): Node[] {
  const first = new Map<string, MappedResource>();
  const found = new Set<Node>();
  for (const made of kept) {
    if (!made.mapping.provenance) continue;
    for (const node of made.nodes) {
      const key = `${node} ${made.mapping.resourceType}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, made);
      else if (!isMeant(made, other) && !isMeant(other, made)) found.add(node);
    }
  }
  return [...found];
}

function isMeant({ mapping }: MappedResource, other: MappedResource): boolean {
  return mapping.also.includes(other.mapping);
}

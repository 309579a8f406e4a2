import type { MappedResource } from '../mapping/mapped-resource.js';
import type { Node } from '../xml/tree.js';

/** The text of the issue. */
export const SEVERAL =
  'Several resources of one type were made from this statement. Whoever counts the resources counts it twice.';

/**
 * The statements from which several resources of one type were made, so that a count of the resources is too high.
 * Resources that a mapping makes by `also` don't count, because they are intended.
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

import type { SameAs } from '../conversion.js';
import { positionOf, xpathOf } from '../xml/position.js';
import type { Node, Tree } from '../xml/tree.js';
import type { Kept } from './trace.js';

/**
 * Statements that repeat another one, in another section or in header and body, and became one resource with it. Each
 * is given with the place of the first. A statement inside another one is no repetition of it.
 */
export function sameAs(tree: Tree, kept: readonly Kept[]): SameAs[] {
  const found: { node: Node; told: SameAs }[] = [];
  for (const { resource, merged } of kept) {
    if (merged.length < 2 || !resource.mapping.provenance) continue;
    const nodes = [...new Set(merged.filter((one) => one.mapping.provenance).flatMap((one) => one.nodes))];
    nodes.sort((one, other) => one - other);
    const [first] = nodes;
    if (first === undefined) continue;
    // Statements that a `group` joins into one resource, as the two pressures of a reading, don't repeat each other.
    const members = new Set(merged.find((one) => one.nodes.includes(first))?.nodes);
    for (const node of nodes) {
      if (members.has(node) || node <= tree.last[first]!) continue;
      const { resourceType, id = '' } = resource.resource;
      const told = { ...placeOf(tree, node), as: placeOf(tree, first), resource: `${resourceType}/${id}` };
      found.push({ node, told });
    }
  }
  return found.sort((one, other) => one.node - other.node).map(({ told }) => told);
}

function placeOf(tree: Tree, node: Node): { path: string; line: number; column: number } {
  return { path: xpathOf(tree, node), ...positionOf(tree, node) };
}

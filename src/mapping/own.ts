import type { Node } from '../xml/tree.js';
import type { Run } from './run.js';

/**
 * The nodes inside of a statement that are its own: of the statements around them that became resources, it is the nearest.
 * What stands in a part (a reaction, a severity) belongs to the whole, what stands in a statement that is a
 * resource itself belongs there.
 */
export function ownOf(run: Pick<Run, 'tree' | 'madeAt'>, statement: Node, nodes: readonly Node[]): Node[] {
  const { parent } = run.tree;
  return nodes.filter((node) => {
    for (let at = parent[node]!; at > 0 && at !== statement; at = parent[at]!) {
      const made = run.madeAt(at);
      if (made.length > 0) return made.some(({ nodes: of }) => of.includes(statement));
    }
    return true;
  });
}

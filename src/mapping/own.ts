import type { Node } from '../xml/tree.js';
import type { Run } from './run.js';

/**
 * The nodes inside a statement that are its own: no inner statement that is a resource stands around them. What stands
 * in a part (a reaction, a severity) belongs to the whole; what stands in an inner statement that is a resource belongs
 * to that resource.
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

import type { TraceEntry } from '../conversion.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import { MAPPED } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import type { Tree } from '../xml/tree.js';

/** For every value in the Bundle the fact that it came from and the rule that put it there, in the Bundle's order. */
export function traceOf(tree: Tree, resources: readonly MappedResource[]): TraceEntry[] {
  return resources.flatMap(({ journal, mapping, resource }) =>
    journal.lines.flatMap(({ node, mark }, index): TraceEntry[] => {
      if (mark !== MAPPED) return [];
      const path = journal.targets[index]!;
      const target = `${resource.resourceType}/${resource.id ?? ''}${path === '' ? '' : `.${path}`}`;
      const rule = journal.rules[index]!;
      return [
        {
          target,
          source: xpathOf(tree, node),
          ...positionOf(tree, node),
          mapping: mapping.id,
          rule: rule.slice(rule.indexOf('#') + 1),
        },
      ];
    }),
  );
}

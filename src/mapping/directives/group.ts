import type { Node } from '../../xml/tree.js';
import { NOTHING, type Part, type Target } from '../part.js';
import { inside, onNodes, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';
import { compileValue, type Template } from '../value.js';

/**
 * `{ "$group": "component/observation[…]", "$by": "effectiveTime/@value", "$apart": "code/@code", … }`: nodes that belong
 * together become one value. The context is the first node of a group; `group()` answers all. A node joins the oldest
 * group with its `$by` that has no node with its `$apart` yet, so readings that follow each other pair up in order.
 */
export function compileGroup({ $group, $by, $apart, ...rest }: Template, target: Target, scope: Scope): Part {
  const nodes = selectorAt(inside(scope, '$group'), $group);
  const inner = onNodes(scope, nodes?.types);
  const by = $by === undefined ? undefined : selectorAt(inside(inner, '$by'), $by)?.selector;
  const apart = $apart === undefined ? undefined : selectorAt(inside(inner, '$apart'), $apart)?.selector;
  const part = compileValue(rest, target, inner);
  if (nodes === undefined) return NOTHING;
  return {
    literal: false,
    produce: (run, node, out, limit) => {
      const groups: { by: string; apart: Set<string>; members: Node[] }[] = [];
      for (const member of nodes.selector.nodes(run, node)) {
        const { checkpoint } = run.journal;
        const key = by?.string(run, member) ?? '';
        const kind = apart?.string(run, member) ?? String(member);
        run.journal.rollback(checkpoint);
        const group = groups.find((g) => g.by === key && !g.apart.has(kind));
        if (group === undefined) groups.push({ by: key, apart: new Set([kind]), members: [member] });
        else {
          group.members.push(member);
          group.apart.add(kind);
        }
      }
      let alive = false;
      const outer = run.group;
      for (const { members } of groups) {
        if (out.length >= limit) break;
        run.group = members;
        run.at(out.length, target.array);
        if (part.produce(run, members[0]!, out, limit)) alive = true;
      }
      run.group = outer;
      return alive;
    },
  };
}

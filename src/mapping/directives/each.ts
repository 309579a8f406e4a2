import type { Node } from '../../xml/tree.js';
import type { Selector } from '../../xpath/compile.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import type { Run } from '../run.js';
import { inside, mistake, onNodes, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';

/**
 * `{ "$each": "referenceRange/observationRange", "low": "= value/low" }`: makes the rest of the object once for each
 * node, with selectors that start from that node.
 */
export function compileEach({ $each, $sort, $pick, ...rest }: Template, target: Target, scope: Scope): CompiledPart {
  const nodes = selectorAt(inside(scope, '$each'), $each);
  if (nodes !== undefined && nodes.selector.type !== 'nodes') mistake(inside(scope, '$each'), '$each selects nodes');
  const inner = onNodes(scope, nodes?.types);
  const sort = $sort === undefined ? undefined : selectorAt(inside(inner, '$sort'), $sort)?.selector;
  const part = scope.environment.compileValue(rest, target, inner);
  if (nodes === undefined) return NOTHING;
  const { selector } = nodes;
  return {
    literal: false,
    needs: selector.needs,
    produce: (run, node, out, limit) => {
      let selected = selector.nodes(run, node);
      if (sort !== undefined && selected.length > 1) selected = sorted(run, selected, sort);
      if ($pick !== undefined) selected = selected.slice(...($pick === 'last' ? [-1] : [0, 1]));
      let alive = false;
      for (const each of selected) {
        if (out.length >= limit) break;
        run.at(out.length, target.array);
        if (part.produce(run, each, out, limit)) alive = true;
      }
      return alive;
    },
  };
}

/** Sorts by text; times (digits, perhaps with an offset) by their moment. Equal ones keep their order. */
function sorted(run: Run, nodes: readonly Node[], selector: Selector): Node[] {
  const keyed = run.journal.silently(() => nodes.map((node) => ({ node, key: moment(selector.string(run, node)) })));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ node }) => node);
}

function moment(text: string): string {
  const time = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?([+-]\d{4})$/.exec(text);
  if (time === null) return text;
  const [, year, month, day, hour, minute, second = '00', offset = ''] = time;
  const instant = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${offset.slice(0, 3)}:${offset.slice(3)}`,
  );
  return Number.isNaN(instant) ? text : new Date(instant).toISOString().replace(/\D/g, '');
}

import { isResource } from '../../fhir/elements.js';
import { referenceTo } from '../mapped-resource.js';
import { isInside, NONE } from '../../xml/tree.js';
import { asChosen, NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';
import { allows, expectReference } from './resource.js';

/**
 * `{ "$made": "entry" }`: the resources made from statements at or below these nodes, in document order. Statements
 * inside another such statement are left out, because that one refers to them. With `"$reach": "all"` they are
 * included; with `"itself"` only what was made from the nodes themselves.
 */
export function compileMade({ $made, $kind, $reach }: Template, target: Target, scope: Scope): CompiledPart {
  const nodes = selectorAt(inside(scope, '$made'), $made);
  if ($kind !== undefined && (typeof $kind !== 'string' || !isResource($kind)))
    mistake(inside(scope, '$kind'), '$kind takes the name of a resource of FHIR R4');
  if ($reach !== undefined && $reach !== 'all' && $reach !== 'itself')
    mistake(inside(scope, '$reach'), '$reach is "all" or "itself"');
  if (nodes === undefined || !expectReference(target, scope)) return NOTHING;
  return {
    literal: false,
    needs: nodes.selector.needs,
    produce: (run, node, out, limit) => {
      let alive = false;
      for (const each of nodes.selector.nodes(run, node)) {
        let outer = NONE;
        for (const made of $reach === 'itself' ? run.madeAt(each) : run.madeWithin(each)) {
          if (out.length >= limit) return alive;
          const { resourceType } = made.resource;
          if (!allows(target, resourceType) || ($kind !== undefined && resourceType !== $kind)) continue;
          if ($reach === undefined && isInside(run.tree, made.node, outer)) continue;
          outer = made.node;
          out.push(asChosen(target, 'Reference', referenceTo(run, made)));
          alive = true;
        }
      }
      return alive;
    },
  };
}

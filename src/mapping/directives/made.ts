import { isResource } from '../../fhir/elements.js';
import { referenceTo } from '../mapped-resource.js';
import { asChosen, NOTHING, type Part, type Target } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';
import type { Template } from '../value.js';
import { allows, expectReference } from './resource.js';

/**
 * `{ "$made": "entry" }`: every resource made of a statement at or below these nodes, in document order; with `$itself` only of
 * the nodes themselves.
 */
export function compileMade({ $made, $kind, $itself }: Template, target: Target, scope: Scope): Part {
  const nodes = selectorAt(inside(scope, '$made'), $made);
  if ($kind !== undefined && (typeof $kind !== 'string' || !isResource($kind)))
    mistake(inside(scope, '$kind'), '$kind takes the name of a resource of FHIR R4');
  if ($itself !== undefined && $itself !== true) mistake(inside(scope, '$itself'), '$itself is true or left out');
  if (nodes === undefined || !expectReference(target, scope)) return NOTHING;
  return {
    literal: false,
    needs: nodes.selector.needs,
    produce: (run, node, out, limit) => {
      let alive = false;
      for (const each of nodes.selector.nodes(run, node)) {
        for (const made of $itself === true ? run.madeAt(each) : run.madeWithin(each)) {
          if (out.length >= limit) return alive;
          const { resourceType } = made.resource;
          if (!allows(target, resourceType) || ($kind !== undefined && resourceType !== $kind)) continue;
          out.push(asChosen(target, 'Reference', referenceTo(run, made)));
          alive = true;
        }
      }
      return alive;
    },
  };
}

import { isResource } from '../../fhir/elements.js';
import { referenceTo } from '../mapped-resource.js';
import { asChosen, NOTHING, type Part, type Target } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';
import type { Template } from '../value.js';
import { allows, expectReference } from './resource.js';

/** `{ "$made": "entry" }`: every resource made of a statement at or below these nodes, in document order. */
export function compileMade({ $made, $kind }: Template, target: Target, scope: Scope): Part {
  const nodes = selectorAt(inside(scope, '$made'), $made);
  if ($kind !== undefined && (typeof $kind !== 'string' || !isResource($kind)))
    mistake(inside(scope, '$kind'), '$kind takes the name of a resource of FHIR R4');
  if (nodes === undefined || !expectReference(target, scope)) return NOTHING;
  return {
    literal: false,
    needs: nodes.selector.needs,
    produce: (run, node, out, limit) => {
      let alive = false;
      for (const each of nodes.selector.nodes(run, node)) {
        for (const made of run.madeWithin(each)) {
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

import { suggestion } from '../../xpath/nearest.js';
import { referenceTo } from '../mapped-resource.js';
import { NOTHING, type Part, type Target } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import type { Template } from '../value.js';

/** `{ "$each": "specimen", "$resource": "specimen" }`: the element becomes a resource of its own, here a Reference to it. */
export function compileResource({ $resource }: Template, target: Target, scope: Scope): Part {
  const { mappings } = scope.environment;
  const mapping = mappings.get(String($resource));
  if (mapping === undefined) {
    mistake(inside(scope, '$resource'), `there is no mapping "${String($resource)}"${suggestion(String($resource), mappings.keys())}`);
    return NOTHING;
  }
  if (!expectReference(target, scope)) return NOTHING;
  return {
    literal: false,
    produce: (run, node, out) => {
      const made = run.make(mapping, node);
      if (made === undefined) return false;
      out.push(target.choice ? { type: 'Reference', value: referenceTo(made) } : referenceTo(made));
      return true;
    },
  };
}

export function expectReference(target: Target, scope: Scope): boolean {
  if (target.types.includes('Reference')) return true;
  mistake(scope, `"${target.name}" is a ${target.types.join(' or ')}, not a Reference`);
  return false;
}

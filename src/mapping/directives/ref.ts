import { suggestion } from '../../xpath/nearest.js';
import { referenceTo } from '../mapped-resource.js';
import { asChosen, NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { expectReference, typeOf } from './resource.js';

/**
 * `{ "$ref": "patient" }`: a Reference to the resource of a mapping that matches a path of the header. That it exists
 * does not count as something that the document says here.
 */
export function compileRef({ $ref }: Template, target: Target, scope: Scope): CompiledPart {
  const { mappings } = scope.environment;
  const mapping = mappings.get(String($ref));
  if (mapping === undefined) {
    mistake(inside(scope, '$ref'), `there is no mapping "${String($ref)}"${suggestion(String($ref), mappings.keys())}`);
    return NOTHING;
  }
  if (!expectReference(target, scope, typeOf(mapping, scope))) return NOTHING;
  return {
    literal: true,
    produce: (run, _node, out) => {
      const made = run.makeFromHeader(mapping);
      if (made !== undefined) out.push(asChosen(target, 'Reference', referenceTo(run, made)));
      return false;
    },
  };
}

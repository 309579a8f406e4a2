import { unknownFragment } from '../object.js';
import { NOTHING, type Part, type Target } from '../part.js';
import { inFragment, inside, type Scope } from '../scope.js';
import { compileValue, type Template } from '../value.js';

/**
 * `{ "$use": "section" }`: a fragment stands here. Compiled once for each target and CDA type, so that a fragment may
 * use itself (sections in sections).
 */
export function compileUse({ $use }: Template, target: Target, scope: Scope): Part {
  const id = Array.isArray($use) ? String($use[0]) : String($use);
  const { fragments, compiledFragments } = scope.environment;
  const fragment = fragments.get(id);
  if (fragment === undefined) {
    unknownFragment(inside(scope, '$use'), id);
    return NOTHING;
  }
  // Two elements of one name may refer to different resources, or be bound to different codes.
  const key = [
    id,
    target.typePath,
    target.name,
    target.array,
    target.binding?.valueSet,
    target.targets?.join(),
    ...(fragment.context ?? scope.context ?? ['?']),
  ].join(' ');
  const known = compiledFragments.get(key);
  if (known !== undefined) return known;
  let compiled: Part = NOTHING;
  // Stands in while the fragment is being compiled.
  compiledFragments.set(key, {
    literal: false,
    produce: (run, node, out, limit) => compiled.produce(run, node, out, limit),
  });
  compiled = compileValue(fragment.value, target, inFragment(scope, fragment));
  compiledFragments.set(key, compiled);
  return compiled;
}

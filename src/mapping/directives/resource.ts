import { typesNamed } from '../../cda/type-graph.js';
import { suggestion } from '../../xpath/nearest.js';
import type { Mapping } from '../mapping.js';
import { referenceTo } from '../mapped-resource.js';
import { asChosen, NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';

/**
 * `{ "$each": "specimen", "$resource": "specimen" }`: makes a resource of its own from the node, and puts a Reference
 * to it here.
 */
export function compileResource({ $resource }: Template, target: Target, scope: Scope): CompiledPart {
  const { mappings } = scope.environment;
  const mapping = mappings.get(String($resource));
  if (mapping === undefined) {
    mistake(
      inside(scope, '$resource'),
      `there is no mapping "${String($resource)}"${suggestion(String($resource), mappings.keys())}`,
    );
    return NOTHING;
  }
  if (!expectReference(target, scope, typeOf(mapping, scope))) return NOTHING;
  if (!scope.environment.checked) reportForeignNode(mapping, scope);
  return {
    literal: false,
    produce: (run, node, out) => {
      const made = run.make(mapping, node);
      if (made === undefined) return false;
      out.push(asChosen(target, 'Reference', referenceTo(run, made)));
      return true;
    },
  };
}

/** Reports a mapping that stands on other elements than the node can be: its selectors would find nothing there. */
function reportForeignNode({ id, on }: Mapping, scope: Scope): void {
  const { context } = scope;
  const types = new Set(on.flatMap((element) => [...typesNamed(element)]));
  if (context === undefined || context.size === 0 || types.size === 0 || context.has('ANY')) return;
  if ([...context].some((type) => types.has(type))) return;
  const node = [...context].slice(0, 3).join(' or ');
  mistake(inside(scope, '$resource'), `the mapping "${id}" stands on ${on.join(', ')}, and the node here is a ${node}`);
}

/** The type of a mapping's resource; undefined if two mappings have its id, so that nobody knows which one is meant. */
export function typeOf({ id, resourceType }: Mapping, { environment }: Scope): string | undefined {
  return environment.repeatedIds.has(id) ? undefined : resourceType;
}

/**
 * Whether the element can refer to resources of that type. A fragment may offer alternatives that only some elements
 * take (a recorder is never a Device). There, the others give nothing; in a mapping they are mistakes.
 */
export function expectReference(target: Target, scope: Scope, resourceType?: string): boolean {
  if (!target.types.includes('Reference')) {
    mistake(scope, `"${target.name}" is a ${target.types.join(' or ')}, not a Reference`);
    return false;
  }
  if (resourceType === undefined || allows(target, resourceType)) return true;
  if (!isInFragment(scope))
    mistake(scope, `"${target.name}" can't refer to a ${resourceType}, but to ${(target.targets ?? []).join(', ')}`);
  return false;
}

export function allows({ targets }: Target, resourceType: string): boolean {
  return (
    targets === undefined || targets.length === 0 || targets.includes('Resource') || targets.includes(resourceType)
  );
}

function isInFragment({ file }: Scope): boolean {
  return file.path.startsWith('fragments/');
}

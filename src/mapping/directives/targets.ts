import { referenceTo } from '../mapped-resource.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import type { Scope } from '../scope.js';
import { expectReference } from './resource.js';

/** `{ "$targets": true }`: the resources that the current authorship is for (see provenance/authorship.ts). */
export function compileTargets(_template: Template, target: Target, scope: Scope): CompiledPart {
  if (!expectReference(target, scope)) return NOTHING;
  return {
    literal: true,
    produce: (run, _node, out) => {
      for (const made of run.targets) out.push(referenceTo(run, made));
      return false;
    },
  };
}

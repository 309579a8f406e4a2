import { codesOf } from '../../fhir/elements.js';
import { absent, type AbsentReason } from '../../fhir/types/data-absent-reason.js';
import { suggestion } from '../../xpath/nearest.js';
import { NOTHING, type Part, type Target } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import type { Template } from '../value.js';

/** `{ "$absent": "unknown" }`: why there is no value (FHIR R4, data-absent-reason). */
export function compileAbsent({ $absent }: Template, target: Target, scope: Scope): Part {
  const codes = codesOf('data-absent-reason');
  if (typeof $absent !== 'string' || (codes !== undefined && !codes.has($absent))) {
    mistake(
      inside(scope, '$absent'),
      `$absent takes a code of data-absent-reason${suggestion(String($absent), codes?.keys() ?? [])}`,
    );
    return NOTHING;
  }
  const value = () => ({ extension: [absent($absent as AbsentReason)] });
  const type = target.types[0] ?? '';
  return {
    literal: true,
    produce: (_run, _node, out) => {
      out.push(target.choice ? { type, value: value() } : value());
      return false;
    },
  };
}

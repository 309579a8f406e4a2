import { codesOf } from '../../fhir/elements.js';
import { absent, dataAbsentReason, type AbsentReason } from '../../fhir/types/data-absent-reason.js';
import { suggestion } from '../../xpath/nearest.js';
import { asChosen, NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';

/**
 * `{ "$absent": "unknown" }`: why there is no value (FHIR R4, data-absent-reason). `{ "$absent": "= id" }`: the reason
 * is the nullFlavor of the first selected element that has one; if none has one, nothing is made.
 */
export function compileAbsent({ $absent }: Template, target: Target, scope: Scope): CompiledPart {
  if (typeof $absent === 'string' && $absent.startsWith('=')) return compileSaid($absent.slice(1), target, scope);
  const codes = codesOf('data-absent-reason');
  if (typeof $absent !== 'string' || (codes !== undefined && !codes.has($absent))) {
    mistake(
      inside(scope, '$absent'),
      `$absent takes a code of data-absent-reason${suggestion(String($absent), codes?.keys() ?? [])}, or a selector`,
    );
    return NOTHING;
  }
  const type = target.types[0] ?? '';
  return {
    literal: true,
    produce: (_run, _node, out) => {
      out.push(asChosen(target, type, { extension: [absent($absent as AbsentReason)] }));
      return false;
    },
  };
}

function compileSaid(text: string, target: Target, scope: Scope): CompiledPart {
  const at = inside(scope, '$absent');
  const selector = selectorAt(at, text, 1)?.selector;
  if (selector === undefined) return NOTHING;
  if (selector.type !== 'nodes') {
    mistake(at, '$absent selects the elements whose nullFlavor says why there is no value');
    return NOTHING;
  }
  const type = target.types[0] ?? '';
  return {
    literal: false,
    needs: selector.needs,
    produce: (run, node, out) => {
      for (const each of selector.nodes(run, node)) {
        const extension = dataAbsentReason(run, each);
        if (extension === undefined) continue;
        out.push(asChosen(target, type, { extension }));
        return true;
      }
      return false;
    },
  };
}

import { codesOf } from '../../fhir/elements.js';
import { suggestion } from '../../xpath/nearest.js';
import { coded } from '../coded.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';

/** `{ "$code": "resolved" }`: a fixed code in the type of the element. Its system is that of the element's binding. */
export function compileCode({ $code, $system, $display }: Template, target: Target, scope: Scope): CompiledPart {
  if (typeof $code !== 'string') {
    mistake(inside(scope, '$code'), '$code takes a code');
    return NOTHING;
  }
  const codes = target.binding === undefined ? undefined : codesOf(target.binding.valueSet);
  const known = codes?.get($code);
  if (known === undefined && $system === undefined && target.types[0] !== 'code') {
    mistake(
      inside(scope, '$code'),
      codes === undefined
        ? `"${target.name}" has no value set that tells the system of "${$code}"; add "$system"`
        : `"${$code}" is not a code of ${target.binding!.valueSet}${suggestion($code, codes.keys()) || '; add "$system" if it is of another'}`,
    );
    return NOTHING;
  }
  if (known === undefined && codes !== undefined && target.binding?.strength === 'required') {
    mistake(inside(scope, '$code'), `"${$code}" is not a code of ${target.binding.valueSet}, which is required`);
  }
  const system = (typeof $system === 'string' ? $system : undefined) ?? known?.system;
  const display = (typeof $display === 'string' ? $display : undefined) ?? known?.display;
  const make = coded(target, scope);
  return {
    literal: true,
    produce: (_run, _node, out) => {
      out.push(make({ system, code: $code, display }));
      return false;
    },
  };
}

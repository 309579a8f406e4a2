import type { CompiledPart, Target, Template } from '../part.js';
import { inside, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';
import { NOTHING } from '../part.js';

/**
 * `{ "$when": "@negationInd='true'", … }`: the rest, only if the selector holds. That it held counts as something that
 * the document says.
 */
export function compileWhen({ $when, ...rest }: Template, target: Target, scope: Scope): CompiledPart {
  const condition = selectorAt(inside(scope, '$when'), $when);
  const part = scope.environment.compileValue(rest, target, scope);
  if (condition === undefined) return NOTHING;
  const { selector } = condition;
  return {
    literal: false,
    needs: selector.needs ?? part.needs,
    produce: (run, node, out, limit) => {
      const { checkpoint } = run.journal;
      const before = out.length;
      if (selector.boolean(run, node)) {
        part.produce(run, node, out, limit);
        if (out.length > before) return true;
      }
      run.journal.rollback(checkpoint);
      return false;
    },
  };
}

import { NOTHING, type Part, type Target } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { compileValue, type Template } from '../value.js';

/** `{ "$first": [ … ] }`: the first alternative that gives anything; what the others read is taken back. */
export function compileFirst({ $first }: Template, target: Target, scope: Scope): Part {
  if (!Array.isArray($first) || $first.length === 0) {
    mistake(inside(scope, '$first'), '$first takes a list of alternatives');
    return NOTHING;
  }
  const parts = $first.map((item, index) => compileValue(item, target, inside(inside(scope, '$first'), index)));
  return {
    literal: parts.every((part) => part.literal),
    produce: (run, node, out, limit) => {
      const before = out.length;
      for (const part of parts) {
        const { checkpoint } = run.journal;
        const alive = part.produce(run, node, out, limit);
        if (out.length > before) return alive;
        run.journal.rollback(checkpoint);
      }
      return false;
    },
  };
}

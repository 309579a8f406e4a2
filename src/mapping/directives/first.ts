import type { Extension } from 'fhir/r4.js';
import { DATA_ABSENT_REASON } from '../../fhir/types/data-absent-reason.js';
import { lacks, needsOfAny } from '../../xpath/needs.js';
import { TARGET } from '../mapped-resource.js';
import { NOTHING, type Choice, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';

/**
 * `{ "$first": [ … ] }`: the first alternative that gives a value, else the first that says why there is none. What the
 * other alternatives read is taken back.
 */
export function compileFirst({ $first }: Template, target: Target, scope: Scope): CompiledPart {
  if (!Array.isArray($first) || $first.length === 0) {
    mistake(inside(scope, '$first'), '$first takes a list of alternatives');
    return NOTHING;
  }
  const parts = $first.map((item, index) =>
    scope.environment.compileValue(item, target, inside(inside(scope, '$first'), index)),
  );
  return {
    literal: parts.every((part) => part.literal),
    needs: needsOfAny(parts.map((part) => part.needs)),
    produce: (run, node, out, limit) => {
      const before = out.length;
      const { checkpoint } = run.journal;
      let excuse: CompiledPart | undefined;
      for (const part of parts) {
        if (lacks(run.tree, node, part.needs)) continue;
        const alive = part.produce(run, node, out, limit);
        if (out.length > before && !isExcuse(out.at(before), target)) return alive;
        if (out.length > before) excuse ??= part;
        if (out.length > before) out.truncate(before);
        run.journal.rollback(checkpoint);
      }
      return excuse?.produce(run, node, out, limit) ?? false;
    },
  };
}

/**
 * Whether a value is nothing but extensions that say why there is none. A wrong value (`20190229`), which has its text
 * beside the reason `error`, does not count: no other alternative would say it better.
 */
export function isExcuse(made: unknown, target: Target): boolean {
  const value = target.choice ? (made as Choice).value : made;
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) if (key !== 'extension') return false;
  return !(TARGET in value) && !isError((value as { extension?: readonly Extension[] }).extension);
}

function isError(extensions: readonly Extension[] = []): boolean {
  return (
    extensions.some(({ url, valueCode }) => url === DATA_ABSENT_REASON && valueCode === 'error') &&
    extensions.some(({ valueString }) => valueString !== undefined)
  );
}

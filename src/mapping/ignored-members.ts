/**
 * Reports elements beside a directive that ignores them. A directive gives the whole value, so they would be lost in
 * silence. The worst case is an overlay that adds `coding` beside the `$first` of its base.
 */
import { inside, mistake, type Scope } from './scope.js';

/** Members that may stand beside any directive. */
const ANYWHERE: readonly string[] = ['$required', '$without', '$beside', '$comment'];

/** For each directive: what may stand beside it. */
const COMPANIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['$map', ['$from', '$maybe', '$pick']],
  ['$from', ['$join', '$type', '$prefer', '$present']],
  ['$code', ['$system', '$display']],
  ['$made', ['$kind', '$reach']],
]);

/** Reports each member of an object that its directive ignores, with what to write instead. */
export function reportIgnored(template: object, directive: string, scope: Scope): void {
  const taken = [directive, ...(COMPANIONS.get(directive) ?? []), ...ANYWHERE];
  for (const key of Object.keys(template)) {
    if (taken.includes(key)) continue;
    const instead =
      directive === '$first' ? 'say it in the alternatives, or take $first out (null in an overlay)' : 'one of the two';
    mistake(inside(scope, key), `"${key}" has no effect beside ${directive}: ${instead}`, 'key');
  }
}

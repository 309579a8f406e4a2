/**
 * A directive gives the whole value: elements beside it would be left out in silence. Told of here, with what to write
 * instead; an overlay's `coding` beside the base's `$first` is the case that nobody sees.
 */
import { inside, mistake, type Scope } from './scope.js';

/** What any directive may stand beside. */
const ANYWHERE: readonly string[] = ['$required', '$without', '$beside', '$comment'];

/** What a directive takes beside itself. */
const COMPANIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['$map', ['$from', '$maybe', '$pick']],
  ['$from', ['$join', '$type', '$prefer', '$present']],
  ['$code', ['$system', '$display']],
  ['$made', ['$kind', '$reach']],
]);

/** Tells of each member of an object that the directive which makes its value takes no notice of. */
export function reportIgnored(template: object, directive: string, scope: Scope): void {
  const taken = [directive, ...(COMPANIONS.get(directive) ?? []), ...ANYWHERE];
  for (const key of Object.keys(template)) {
    if (taken.includes(key)) continue;
    const instead =
      directive === '$first' ? 'say it in the alternatives, or take $first out (null in an overlay)' : 'one of the two';
    mistake(inside(scope, key), `"${key}" has no effect beside ${directive}: ${instead}`, 'key');
  }
}

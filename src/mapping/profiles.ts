import { elementOf } from '../fhir/elements.js';
import type { ProfileClaim } from './compiled-mapping.js';
import { inside, mistake, type Scope } from './scope.js';

/**
 * `"profiles": [{ "url": "…us-core-condition…", "needs": ["code", "category|code"] }]`: a resource claims a profile only
 * where it has every element that the profile requires and base FHIR does not.
 *
 * `a|b` is either; `name.family` holds where there is a name and every name has a family, as a profile means it that
 * requires it inside `name`, and `telecom?.value` also where there is no telecom at all; `category.coding.code=health-concern`
 * where one of the codes is that; `effectiveDateTime~^.{10}` where every
 * value matches (`effectiveDateTime?~…`: or there is none); `!valueString` where there is none.
 */
export function claimedProfiles(source: unknown, resourceType: string, scope: Scope): ProfileClaim[] {
  if (source === undefined) return [];
  if (!Array.isArray(source)) {
    mistake(scope, '"profiles" is a list of { url, needs }');
    return [];
  }
  return source.flatMap((claim: unknown, index) => {
    const { url, needs = [] } = claim as { url?: unknown; needs?: unknown };
    const at = inside(scope, index);
    if (typeof url !== 'string' || !Array.isArray(needs) || !needs.every((need) => typeof need === 'string')) {
      mistake(at, 'a profile is { "url": "…", "needs": ["element", …] }');
      return [];
    }
    for (const need of needs) {
      for (const path of need.split('|')) {
        const [first = ''] = path.replace('!', '').split(/[?.=~]/);
        if (elementOf(resourceType, first) === undefined)
          mistake(inside(at, 'needs'), `${resourceType} has no element "${first}"`);
      }
    }
    return [{ url, needs }];
  });
}

/** The needs of a profile that a resource doesn't meet. */
export function unmetNeeds(resource: object, { needs }: ProfileClaim): string[] {
  return needs.filter((need) => !need.split('|').some((alternative) => meets(resource, alternative)));
}

function meets(resource: object, need: string): boolean {
  if (need.startsWith('!')) return valuesAt(resource, need.slice(1).split('.')).length === 0;
  const tilde = need.indexOf('~');
  if (tilde >= 0) {
    const pattern = new RegExp(need.slice(tilde + 1));
    const path = need.slice(0, tilde).replaceAll('?', '').split('.');
    const values = valuesAt(resource, path);
    const isOptional = need.slice(0, tilde).includes('?') && !has(resource, path);
    return values.length === 0 ? isOptional : values.every((value) => pattern.test(String(value)));
  }
  const equals = need.indexOf('=');
  if (equals < 0) return has(resource, need.split('.'));
  return valuesAt(resource, need.slice(0, equals).split('.')).includes(need.slice(equals + 1));
}

function has(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => has(item, path));
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined && value !== null;
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Record<string, unknown>;
  const name = step.replace('?', '');
  if (name !== step && object[name] === undefined) return true;
  if (name.endsWith('[x]')) {
    const stem = name.slice(0, -3);
    return Object.keys(object).some((key) => key.replace(/^_/, '').startsWith(stem) && has(object[key], rest));
  }
  // An extension that says why there is no value meets the need as well (US Core, Missing Data).
  return has(object[name], rest) || (rest.length === 0 && object[`_${name}`] !== undefined);
}

/** Everything that stands at a path, whichever of the lists on the way it is in. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  if (!name.endsWith('[x]')) return valuesAt(object[name], rest);
  const stem = name.slice(0, -3);
  return Object.keys(object).flatMap((key) => (key.startsWith(stem) ? valuesAt(object[key], rest) : []));
}

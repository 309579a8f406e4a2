import { elementOf } from '../fhir/elements.js';
import type { ProfileClaim, ProfileNeed } from './mapping.js';
import { inside, mistake, type Scope } from './scope.js';

/**
 * Compiles `"profiles": [{ "url": "…us-core-condition…", "needs": ["code", "category|code"] }]`. A resource claims a
 * profile only if it has every element that the profile requires and base FHIR does not.
 *
 * - `a|b`: one of the two, in each repetition of the element around both.
 * - `name.family`: there is a name, and every name has a family. This is what a profile means that requires `family`
 *   inside `name`.
 * - `telecom?.value`: every telecom has a value; there may be no telecom.
 * - `category.coding.code=health-concern`: one of the codes is this one.
 * - `effectiveDateTime~^.{10}`: there is a value, and every value matches. `effectiveDateTime?~…`: there may be none.
 * - `component[3150-0]?.valueQuantity.code~^%$`: every component with that code has such a value.
 * - `!valueString`: there is none.
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
        const [first = ''] = path.replace('!', '').split(/[?.=~]|\[(?!x\])/);
        if (elementOf(resourceType, first) === undefined)
          mistake(inside(at, 'needs'), `${resourceType} has no element "${first}"`);
      }
    }
    return [claimOf(url, needs.map(compileNeed))];
  });
}

/** Asks for a code first. The code is what tells one profile from another; the other needs are much the same. */
function claimOf(url: string, needs: readonly ProfileNeed[]): ProfileClaim {
  const asksForCode = ({ text }: ProfileNeed) => text.includes('=');
  const tests = [...needs.filter(asksForCode), ...needs.filter((need) => !asksForCode(need))].map(({ isMet }) => isMet);
  return {
    url,
    needs,
    isMet: (resource) => {
      for (const isMet of tests) if (!isMet(resource)) return false;
      return true;
    },
  };
}

/** Compiles a need, once for all resources. */
export function compileNeed(text: string): ProfileNeed {
  const texts = text.split('|');
  if (texts.length > 1 && texts.every((one) => /^[\w.?]+$/.test(one))) return { text, isMet: compileEither(texts) };
  const alternatives = texts.map(compileAlternative);
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return { text, isMet: only };
  return { text, isMet: (resource) => alternatives.some((isMet) => isMet(resource)) };
}

/** `content.attachment.url|content.attachment.data`: each content has the one or the other. */
function compileEither(texts: readonly string[]): ProfileNeed['isMet'] {
  const paths = texts.map(stepsOf);
  const [first = []] = paths;
  const shared = first.findIndex((step, at) =>
    paths.some((path) => path[at + 1] === undefined || !isSame(path[at], step)),
  );
  const common = first.slice(0, shared);
  const rests = paths.map((path) => path.slice(shared));
  return (resource) => has(resource, common, 0, (value) => rests.some((rest) => has(value, rest, 0)));
}

function isSame(one: PathStep | undefined, other: PathStep): boolean {
  return one?.name === other.name && one.optional === other.optional;
}

function compileAlternative(text: string): ProfileNeed['isMet'] {
  if (text.startsWith('!')) {
    const path = text.slice(1).split('.');
    return (resource) => !someAt(resource, path, 0, () => true);
  }
  const tilde = text.indexOf('~');
  if (tilde >= 0) return compilePattern(text.slice(0, tilde), new RegExp(text.slice(tilde + 1)));
  const equals = text.indexOf('=');
  if (equals < 0) {
    const path = stepsOf(text);
    return (resource) => has(resource, path, 0);
  }
  const [path, wanted] = [text.slice(0, equals).split('.'), text.slice(equals + 1)];
  const isWanted = (found: unknown) => found === wanted;
  return (resource) => someAt(resource, path, 0, isWanted);
}

function compilePattern(element: string, pattern: RegExp): ProfileNeed['isMet'] {
  const [before = '', after] = element.split('?');
  const path = before.split('.');
  const steps = stepsOf(before);
  const rest = (after ?? '').split('.').filter((step) => step !== '');
  const matches = (values: readonly unknown[]) =>
    values.length > 0 && values.every((value) => pattern.test(String(value)));
  if (after === undefined) return (resource) => matches(valuesAt(resource, path));
  return (resource) => {
    const items = valuesAt(resource, path);
    return items.length === 0 ? !has(resource, steps, 0) : items.every((item) => matches(valuesAt(item, rest)));
  };
}

/** The needs of a profile that a resource doesn't meet. */
export function unmetNeeds(resource: object, { needs }: Pick<ProfileClaim, 'needs'>): string[] {
  const unmet: string[] = [];
  for (const need of needs) if (!need.isMet(resource)) unmet.push(need.text);
  return unmet;
}

/** One step of a path: `value?`, `effective[x]`. */
interface PathStep {
  readonly name: string;
  /** The name of what is said about a primitive (`_birthDate`); for a choice, how that name begins. */
  readonly underscored: string;
  /** For a choice element: how its name begins. */
  readonly stem: string | undefined;
  /** Whether it selects some items of a list: `component[3150-0]`. */
  readonly sliced: boolean;
  readonly optional: boolean;
}

function stepsOf(path: string): PathStep[] {
  return path.split('.').map((step) => {
    const name = step.replace('?', '');
    const stem = name.endsWith('[x]') ? name.slice(0, -3) : undefined;
    return {
      name,
      underscored: `_${stem ?? name}`,
      stem,
      sliced: stem === undefined && name.endsWith(']'),
      optional: step.endsWith('?'),
    };
  });
}

/**
 * Whether there is a value at the rest of a path (from step number `depth` on) and `isMet` holds for it. In a list it
 * must hold for each item.
 */
function has(
  value: unknown,
  path: readonly PathStep[],
  depth: number,
  isMet: (found: unknown) => boolean = isThere,
): boolean {
  if (Array.isArray(value)) {
    for (const item of value) if (!has(item, path, depth, isMet)) return false;
    return value.length > 0;
  }
  const step = path[depth];
  if (step === undefined) return isMet(value);
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Record<string, unknown>;
  const { name, underscored, stem, sliced, optional } = step;
  if (stem !== undefined) {
    for (const key in object)
      if ((key.startsWith(stem) || key.startsWith(underscored)) && has(object[key], path, depth + 1, isMet))
        return true;
    return false;
  }
  if (sliced) return has(itemsOf(object, name), path, depth + 1, isMet);
  const inner = object[name];
  if (optional && inner === undefined) return true;
  // An extension that says why there is no value also meets the need (US Core, Missing Data).
  return has(inner, path, depth + 1, isMet) || (depth === path.length - 1 && object[underscored] !== undefined);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Every value at a path, through all lists on the way. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const found: unknown[] = [];
  someAt(value, path, 0, (one) => {
    found.push(one);
    return false;
  });
  return found;
}

/** Whether some value at the rest of a path passes the test. The search ends at the first one that does. */
function someAt(
  value: unknown,
  path: readonly string[],
  depth: number,
  isWanted: (found: unknown) => boolean,
): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (someAt(item, path, depth, isWanted)) return true;
    return false;
  }
  const name = path[depth];
  if (name === undefined) return isWanted(value);
  if (typeof value !== 'object') return false;
  const object = value as Record<string, unknown>;
  if (!name.endsWith(']')) return someAt(object[name], path, depth + 1, isWanted);
  if (!name.endsWith('[x]')) return someAt(itemsOf(object, name), path, depth + 1, isWanted);
  const stem = name.slice(0, -3);
  for (const key in object) if (key.startsWith(stem) && someAt(object[key], path, depth + 1, isWanted)) return true;
  return false;
}

/** `component[3150-0]`: the items that have this code. Profiles slice lists in this way. */
function itemsOf(object: Record<string, unknown>, step: string): unknown[] {
  const [name = '', code] = step.slice(0, -1).split('[');
  const items = object[name];
  return Array.isArray(items) ? items.filter((item) => valuesAt(item, ['code', 'coding', 'code']).includes(code)) : [];
}

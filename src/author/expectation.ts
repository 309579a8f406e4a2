import type { Bundle, FhirResource } from 'fhir/r4.js';

/** A place where the result is not what a test expects. */
export interface Mismatch {
  /**
   * `code.coding[0].code`; `subject->birthDate` is the birth date of the resource that the Reference `subject` leads
   * to.
   */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * Compares what a test expects with what came out; answers every difference.
 *
 * An object must have the members named (others don't matter; `null` means absent), a list all its items in order, and
 * `{ "$to": { … } }` is a Reference to a resource that is so. `{ "$text": "regular expression" }` is a text.
 */
export function mismatches(expected: unknown, actual: unknown, bundle: Bundle, path = ''): Mismatch[] {
  const differs = (wanted: string): Mismatch[] => [{ path, expected: wanted, actual: show(actual) }];
  if (expected === null) return actual === undefined ? [] : differs('absent');
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return differs('a list');
    if (expected.length !== actual.length) return differs(`${expected.length} item${expected.length === 1 ? '' : 's'}`);
    return expected.flatMap((item, index) => mismatches(item, actual[index], bundle, `${path}[${index}]`));
  }
  if (typeof expected === 'object') {
    const members = expected as Record<string, unknown>;
    if (typeof members.$text === 'string') {
      return typeof actual === 'string' && new RegExp(members.$text, 's').test(actual)
        ? []
        : differs(`a text like ${members.$text}`);
    }
    if (typeof actual !== 'object' || actual === null) return differs('an object');
    if ('$to' in members) {
      const { reference } = actual as { reference?: string };
      const target = bundle.entry?.find((entry) => entry.fullUrl === reference)?.resource;
      return target === undefined
        ? differs('a Reference to a resource of the Bundle')
        : mismatches(members.$to, target, bundle, `${path}->`);
    }
    return Object.entries(members).flatMap(([name, value]) =>
      mismatches(value, (actual as Record<string, unknown>)[name], bundle, path === '' ? name : `${path}.${name}`),
    );
  }
  return expected === actual ? [] : differs(show(expected));
}

/** The first difference in words, or undefined. */
export function difference(expected: unknown, actual: unknown, bundle: Bundle): string | undefined {
  const [first] = mismatches(expected, actual, bundle);
  return first === undefined ? undefined : mismatchInWords(first);
}

export function mismatchInWords({ path, expected, actual }: Mismatch): string {
  return `${path} should be ${expected}, is ${actual}`;
}

/**
 * The resource that is most like the expected one, with its mismatches; undefined if the Bundle has no resource of
 * that type.
 */
export interface Nearest {
  readonly resource: FhirResource;
  readonly differences: readonly Mismatch[];
}

export function nearestResource(expected: Partial<FhirResource>, bundle: Bundle): Nearest | undefined {
  return resourcesOfType(bundle, expected.resourceType)
    .map((resource) => ({ resource, differences: mismatches(expected, resource, bundle) }))
    .sort((one, other) => one.differences.length - other.differences.length)[0];
}

/**
 * Looks for a resource that is as expected. Returns the mismatches of the most similar one in words, or undefined if
 * one fits.
 */
export function missing(expected: Partial<FhirResource>, bundle: Bundle): string | undefined {
  const found = nearestResource(expected, bundle);
  if (found === undefined) return `there is no ${expected.resourceType ?? 'resource'}`;
  return found.differences.length === 0 ? undefined : found.differences.map(mismatchInWords).join('; ');
}

export function resourcesOfType(bundle: Bundle, type: string | undefined): FhirResource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) =>
    resource !== undefined && resource.resourceType === type ? [resource as FhirResource] : [],
  );
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 300);
}

import type { Bundle, FhirResource } from 'fhir/r4.js';

/**
 * Compares what a test expects with what came out; answers the first difference, or undefined.
 *
 * An object must have the members named (others don't matter; `null` means absent), a list all its items in order, and
 * `{ "$to": { … } }` is a Reference to a resource that is so. `{ "$text": "regular expression" }` is a text.
 */
export function difference(expected: unknown, actual: unknown, bundle: Bundle, path = ''): string | undefined {
  if (expected === null) return actual === undefined ? undefined : `${path} should be absent, is ${show(actual)}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path} should be a list, is ${show(actual)}`;
    if (expected.length !== actual.length) return `${path} should have ${expected.length} items, is ${show(actual)}`;
    return first(expected, (item, index) => difference(item, actual[index], bundle, `${path}[${index}]`));
  }
  if (typeof expected === 'object') {
    const members = expected as Record<string, unknown>;
    if (typeof members.$text === 'string') {
      return typeof actual === 'string' && new RegExp(members.$text, 's').test(actual)
        ? undefined
        : `${path} should match ${members.$text}, is ${show(actual)}`;
    }
    if (typeof actual !== 'object' || actual === null) return `${path} should be an object, is ${show(actual)}`;
    if ('$to' in members) {
      const { reference } = actual as { reference?: string };
      const target = bundle.entry?.find((entry) => entry.fullUrl === reference)?.resource;
      return target === undefined ? `${path} refers to nothing` : difference(members.$to, target, bundle, `${path}->`);
    }
    return first(Object.entries(members), ([name, value]) =>
      difference(value, (actual as Record<string, unknown>)[name], bundle, path === '' ? name : `${path}.${name}`),
    );
  }
  return expected === actual ? undefined : `${path} should be ${show(expected)}, is ${show(actual)}`;
}

/** Looks for a resource that is as expected; answers how the nearest one differs, or undefined where there is one. */
export function missing(expected: Partial<FhirResource>, bundle: Bundle): string | undefined {
  const candidates = resourcesOf(bundle, expected.resourceType);
  if (candidates.length === 0) return `there is no ${expected.resourceType ?? 'resource'}`;
  const differences = candidates.map((candidate) => difference(expected, candidate, bundle));
  return differences.includes(undefined) ? undefined : differences.join('; ');
}

export function resourcesOf(bundle: Bundle, type: string | undefined): FhirResource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) =>
    resource !== undefined && resource.resourceType === type ? [resource as FhirResource] : [],
  );
}

function first<T>(items: readonly T[], compare: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = compare(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 300);
}

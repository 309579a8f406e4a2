import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Conversion } from '../conversion.js';
import { nearestResource, resourcesOfType } from './expectation.js';
import type { MappingTest } from './mapping-test.js';

/**
 * A test with its expectations as they are now: the values that it names, of the resource that is nearest to what it
 * expects. What it doesn't name it still doesn't, and a resource of which there is none any more stays, so that it fails.
 */
export function updatedTest(test: MappingTest, { bundle, ledger, issues }: Conversion): MappingTest {
  const { expect, count, ledger: statuses, issues: codes } = test;
  return {
    ...test,
    ...(expect === undefined ? {} : { expect: expect.map((one) => updatedResource(one, bundle)) }),
    ...(count === undefined
      ? {}
      : { count: Object.fromEntries(Object.keys(count).map((type) => [type, resourcesOfType(bundle, type).length])) }),
    ...(statuses === undefined
      ? {}
      : {
          ledger: Object.fromEntries(
            Object.entries(statuses).map(([path, status]) => {
              const items = ledger.items
                .filter((item) => item.path.endsWith(path))
                .map((item) => item.status as string);
              return [path, items.length === 0 || items.includes(status) ? status : items[0]!];
            }),
          ),
        }),
    ...(codes === undefined ? {} : { issues: codes.filter((code) => issues.some((issue) => issue.code === code)) }),
  };
}

function updatedResource(expected: Partial<FhirResource>, bundle: Bundle): Partial<FhirResource> {
  const found = nearestResource(expected, bundle);
  return found === undefined ? expected : (updated(expected, found.resource, bundle) as Partial<FhirResource>);
}

function updated(expected: unknown, actual: unknown, bundle: Bundle): unknown {
  if (actual === undefined) return null;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return actual;
    return actual.map(
      (item, index) => (index < expected.length ? updated(expected[index], item, bundle) : item) as unknown,
    );
  }
  if (typeof expected !== 'object' || expected === null) return actual;
  const members = expected as Readonly<Record<string, unknown>>;
  if (typeof members.$text === 'string')
    return typeof actual === 'string' && new RegExp(members.$text, 's').test(actual) ? expected : actual;
  if (typeof actual !== 'object' || actual === null) return actual;
  if ('$to' in members) {
    const { reference } = actual as { reference?: string };
    const target = bundle.entry?.find((entry) => entry.fullUrl === reference)?.resource;
    return target === undefined ? expected : { $to: updated(members.$to, target, bundle) };
  }
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      updated(value, (actual as Record<string, unknown>)[name], bundle),
    ]),
  );
}

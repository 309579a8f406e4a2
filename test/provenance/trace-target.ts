import type { Bundle } from 'fhir/r4.js';

/** An element of a resource; of a primitive the value and, as `_name` has it, what it carries beside. */
export interface Found {
  readonly value: unknown;
  readonly beside: unknown;
}

/** The element that a trace target names: `Condition/7c1d….code.coding[0].code`; undefined where there is none. */
export function elementAt(bundle: Bundle, target: string): Found | undefined {
  const [, type, id, path = ''] = /^(\w+)\/([\w-]+)(?:\.(.*))?$/.exec(target) ?? [];
  const resource = bundle.entry?.find((entry) => entry.resource?.resourceType === type && entry.resource?.id === id);
  let at: Found | undefined = resource && { value: resource.resource, beside: undefined };
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    at = name === undefined ? itemOf(at, Number(index)) : memberOf(at, name);
  }
  return at;
}

/** Whether there is such an element in the Bundle. */
export function lands(bundle: Bundle, target: string): boolean {
  const found = elementAt(bundle, target);
  return found !== undefined && (found.value !== undefined || found.beside !== undefined);
}

function memberOf(element: Found | undefined, name: string): Found | undefined {
  // `extension` of a primitive stands in `_name` (FHIR R4 2.6.2).
  const of = isObject(element?.value) ? element.value : element?.beside;
  return isObject(of) ? { value: of[name], beside: of[`_${name}`] } : undefined;
}

function itemOf(list: Found | undefined, index: number): Found | undefined {
  if (list === undefined) return undefined;
  const [value, beside] = [list.value, list.beside].map((items) =>
    Array.isArray(items) ? ((items as unknown[])[index] ?? undefined) : undefined,
  );
  return { value, beside };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

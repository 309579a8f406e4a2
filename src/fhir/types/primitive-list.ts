import type { Primitive } from '../primitive.js';

/**
 * Writes a list of primitives as FHIR JSON does (R4 2.6.2): two lists of the same length, one with values and one with
 * extensions, with null where an item has none. A list that would only have nulls is left out.
 */
export function setPrimitives(target: object, name: string, primitives: readonly Primitive[]): void {
  const element = target as Record<string, unknown>;
  if (primitives.some(({ value }) => value !== undefined)) element[name] = primitives.map(({ value }) => value ?? null);
  if (primitives.some(({ extension }) => extension !== undefined)) {
    element[`_${name}`] = primitives.map(({ extension }) => (extension === undefined ? null : { extension }));
  }
}

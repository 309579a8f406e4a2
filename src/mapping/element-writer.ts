/** Writes the values of an element into its object: names, primitives and lists as FHIR JSON has them. */
import { choiceName, isPrimitive } from '../fhir/elements.js';
import { setPrimitive, type Primitive } from '../fhir/primitive.js';
import { eachOnce } from './each-once.js';
import { TARGET, type PendingReference } from './mapped-resource.js';
import type { Choice, Target } from './part.js';
import type { Values } from './values.js';

/** Told, where repeated values are left out, for each value the place that it has now. */
type Moved = (places: readonly number[]) => void;

export type Write = (object: Record<string, unknown>, made: Values, moved?: Moved) => void;

/** Writes extensions of a primitive. If the element repeats, they are those of its first value (FHIR R4 2.6.2.3). */
export function extensionWriter(name: string, array: boolean): Write {
  return (object, made) => {
    const own = made.first as { extension?: unknown[] };
    if (!array) return mergeExtensions(object, name, own);
    const values = (object[name.slice(1)] ?? [null]) as readonly unknown[];
    const present = (object[name] ?? []) as readonly unknown[];
    const first: Record<string, unknown> = { [name]: present[0] ?? undefined };
    mergeExtensions(first, name, own);
    object[name] = values.map((_, index) => (index === 0 ? first[name] : (present[index] ?? null)));
  };
}

export function writerOf(target: Target, name: string): Write {
  if (target.choice) {
    return (object, made) => {
      const { type, value } = made.first as Choice;
      const chosen = choiceName(name, type);
      if (isPrimitive(type)) writePrimitive(object, chosen, value as Primitive);
      else object[chosen] = value;
    };
  }
  if (target.primitive && target.array)
    return (object, made) => writePrimitives(object, name, made.toArray() as readonly Primitive[]);
  if (target.primitive) return (object, made) => writePrimitive(object, name, made.first as Primitive);
  if (target.array) {
    const said = REPEATED.get(target.types[0] ?? '');
    if (said !== undefined) return (object, made, moved) => writeOnce(object, name, made, said, moved);
    return (object, made) => {
      object[name] = made.toArray();
    };
  }
  return (object, made) => {
    object[name] = made.first;
  };
}

function writePrimitive(object: Record<string, unknown>, name: string, primitive: Primitive): void {
  if (primitive.extension === undefined) return setPrimitive(object, name, primitive);
  const present = object[`_${name}`] as { extension?: unknown[] } | undefined;
  setPrimitive(object, name, primitive);
  // The mapping may have written its own `_name` before.
  if (present !== undefined) mergeExtensions(object, `_${name}`, present);
}

function writePrimitives(object: Record<string, unknown>, name: string, primitives: readonly Primitive[]): void {
  // In the array a primitive without a value is null, and `_name` stands beside it (FHIR R4 2.6.2.3).
  object[name] = primitives.map(({ value }) => value ?? null);
  if (primitives.some(({ extension }) => extension !== undefined)) {
    object[`_${name}`] = primitives.map(({ extension }) => (extension === undefined ? null : { extension }));
  }
}

/** The extensions that the mapping itself gives come first, so that their place is the same for every document. */
function mergeExtensions(object: Record<string, unknown>, name: string, own: { extension?: unknown[] }): void {
  const present = (object[name] as { extension?: unknown[] } | undefined)?.extension ?? [];
  object[name] = { ...own, extension: [...(own.extension ?? []), ...present] };
}

/**
 * Types of which a list has each value once: several statements may be one resource, who performed may be who wrote, and a
 * problem may have the identifier of the concern around it.
 */
const REPEATED: ReadonlyMap<string, (value: unknown) => unknown> = new Map([
  ['Reference', (value: unknown) => (value as PendingReference)[TARGET] ?? value],
  ['Identifier', (value: unknown) => JSON.stringify(value)],
]);

function writeOnce(
  object: Record<string, unknown>,
  name: string,
  made: Values,
  said: (value: unknown) => unknown,
  moved?: Moved,
): void {
  const all = made.toArray();
  const once = all.length === 1 ? undefined : eachOnce(all, said);
  object[name] = once?.kept ?? all;
  if (once !== undefined) moved?.(once.places);
}

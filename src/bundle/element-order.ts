import { elementOf, elementsOf, isPrimitive } from '../fhir/elements.js';

/** Where an element of a type stands, and the type of what it holds; undefined for a primitive. */
interface Place {
  readonly order: number;
  readonly typePath: string | undefined;
}

const placesByType = new Map<string, Map<string, Place>>();

/**
 * A resource with the elements of it, and of all that it holds, in the order in which FHIR defines them: `id` and `meta`
 * first. Mappings and merges fill them in another order, which would be a reader's to get used to. What is in order
 * already stays the same object; nothing is changed in place.
 *
 *   inElementOrder({ resourceType: 'Patient', gender: 'female', id: 'p' }) // { resourceType, id, gender }
 */
export function inElementOrder<T extends { resourceType: string }>(resource: T): T {
  return ordered(resource, resource.resourceType) as T;
}

function ordered(value: object, typePath: string): object {
  const source = value as Record<string, unknown>;
  const places = placesOf(typePath);
  let last = -1;
  let isOrdered = true;
  let changed: Record<string, unknown> | undefined;
  for (const name in source) {
    const place = places.get(name) ?? findPlace(places, typePath, name);
    if (place.order < last) isOrdered = false;
    last = place.order;
    const item = source[name];
    if (typeof item !== 'object' || item === null || place.typePath === undefined) continue;
    const inner = Array.isArray(item) ? eachOrdered(item, place.typePath) : one(item, place.typePath);
    if (inner !== item) (changed ??= {})[name] = inner;
  }
  if (isOrdered) return changed === undefined ? value : { ...value, ...changed };
  const names = Object.keys(source).sort((a, b) => places.get(a)!.order - places.get(b)!.order);
  const copy: Record<string, unknown> = {};
  for (const name of names) copy[name] = changed?.[name] ?? source[name];
  // Exact decimals and the targets of references are kept under symbols.
  for (const symbol of Object.getOwnPropertySymbols(value))
    (copy as Record<symbol, unknown>)[symbol] = (value as Record<symbol, unknown>)[symbol];
  return copy;
}

function eachOrdered(list: readonly unknown[], typePath: string): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item !== 'object' || item === null) continue;
    const inner = one(item, typePath);
    if (inner !== item) (copy ??= list.slice())[i] = inner;
  }
  return copy ?? list;
}

/** A resource stands inside another one as what its own `resourceType` says. */
function one(value: object, typePath: string): object {
  return ordered(value, (value as { resourceType?: string }).resourceType ?? typePath);
}

function placesOf(typePath: string): Map<string, Place> {
  let places = placesByType.get(typePath);
  if (places === undefined) placesByType.set(typePath, (places = new Map([['resourceType', FIRST]])));
  return places;
}

const FIRST: Place = { order: 0, typePath: undefined };

/** `_birthDate` stands behind `birthDate`, and is an Element (FHIR R4 2.6.2). */
function findPlace(places: Map<string, Place>, typePath: string, name: string): Place {
  const isBeside = name.startsWith('_');
  const definition = elementOf(typePath, isBeside ? name.slice(1) : name);
  if (definition === undefined) throw new Error(`${typePath} has no element ${name}`);
  const index = elementsOf(typePath).findIndex((other) => other.name === (definition.base ?? definition.name));
  const type = definition.path ?? definition.types[0] ?? 'Element';
  const place = {
    order: 2 * index + (isBeside ? 2 : 1),
    typePath: isBeside ? 'Element' : isPrimitive(type) ? undefined : type,
  };
  places.set(name, place);
  return place;
}

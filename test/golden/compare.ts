import type { Bundle, FhirResource } from 'fhir/r4.js';

/** One element in which a resource of ours is not as the golden one. */
export interface Difference {
  /** `code.coding[0].display`; `result[0]->code` is in the resource referred to. Indexes are the golden resource's. */
  readonly path: string;
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

/** What a comparison needs besides the two values. */
interface Sides {
  /** Resources that the golden resource contains. */
  readonly contained: readonly Json[];
  readonly bundle: Bundle;
  /** Resources of ours that were gone into, so that references in circles end. */
  readonly seen: ReadonlySet<unknown>;
}

/**
 * The differences of the resource with the golden one's identifier, else of the one that is most like it; undefined where
 * none is of its type.
 */
export function nearest(golden: Json, bundle: Bundle): readonly Difference[] | undefined {
  const sides = { contained: containedIn(golden), bundle, seen: new Set() };
  const candidates = resources(bundle).filter(({ resourceType }) => resourceType === golden.resourceType);
  const identified = candidates.filter((candidate) => shareIdentifier(golden, candidate));
  return (identified.length > 0 ? identified : candidates)
    .map((candidate) => differences(golden, candidate, '', sides))
    .sort((one, other) => one.length - other.length)[0];
}

function shareIdentifier(golden: Json, ours: object): boolean {
  const values = [golden, ours as Json].map(({ identifier }) =>
    Array.isArray(identifier) ? (identifier as Json[]).map(({ value }) => value) : [],
  );
  return values[0]?.some((value) => values[1]?.includes(value)) ?? false;
}

/** Published examples have ids of their own, and contain what Cairn keeps as resources of their own. */
const NOT_COMPARED = new Set(['id', 'resourceType', 'contained', 'contains']);

function differences(golden: unknown, ours: unknown, path: string, sides: Sides): Difference[] {
  if (ours === undefined) return [{ path, text: `${path} is missing: ${show(golden)}` }];
  if (golden === undefined) return [{ path, text: `${path} is ours alone: ${show(ours)}` }];
  if (Array.isArray(golden) && Array.isArray(ours)) return inLists(golden, ours, path, sides);
  if (isObject(golden) && isObject(ours)) {
    const referred = typeof golden.reference === 'string' ? inReferences(golden, ours, path, sides) : [];
    const keys = new Set([...Object.keys(golden), ...Object.keys(ours)]);
    keys.delete('reference');
    return [...keys]
      .filter((key) => !NOT_COMPARED.has(key))
      .flatMap((key) => differences(golden[key], ours[key], path === '' ? key : `${path}.${key}`, sides))
      .concat(referred);
  }
  return golden === ours ? [] : [{ path, text: `${path} is ${show(ours)} instead of ${show(golden)}` }];
}

/** Each golden item with the item of ours that is most like it; order has no meaning in most lists of FHIR. */
function inLists(golden: readonly unknown[], ours: readonly unknown[], path: string, sides: Sides): Difference[] {
  const left = ours.map((item, index) => ({ item, index }));
  const found = golden.flatMap((item, index) => {
    const place = `${path}[${index}]`;
    const best = left
      .map((candidate) => ({ candidate, differing: differences(item, candidate.item, place, sides) }))
      .sort((one, other) => one.differing.length - other.differing.length)[0];
    // Two codings of different systems share nothing: the one is missing and the other ours alone.
    if (best === undefined || isStranger(item, best.candidate.item)) return differences(item, undefined, place, sides);
    left.splice(left.indexOf(best.candidate), 1);
    return best.differing;
  });
  return [...found, ...left.flatMap(({ item, index }) => differences(undefined, item, `${path}[+${index}]`, sides))];
}

function isStranger(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false;
  const key = ['url', 'system'].find((name) => name in one && name in other);
  return key !== undefined && one[key] !== other[key];
}

/** A reference is right where it leads to a resource of the same type, and to the same content where that is contained. */
function inReferences(golden: Json, ours: Json, path: string, sides: Sides): Difference[] {
  const target = resourceAt(sides.bundle, ours.reference);
  const reference = String(golden.reference);
  const contained = sides.contained.find(({ id }) => reference === `#${String(id)}`);
  if (contained !== undefined) {
    if (target === undefined || sides.seen.has(target)) return differences(contained, target, `${path}->`, sides);
    const deeper = { ...sides, seen: new Set([...sides.seen, target]) };
    return target.resourceType === contained.resourceType
      ? differences(contained, target, `${path}->`, deeper)
      : [{ path, text: `${path} leads to a ${target.resourceType}` }];
  }
  const type = /^(\w+)\//.exec(reference)?.[1];
  return type === undefined || type === target?.resourceType
    ? []
    : [{ path: `${path}.reference`, text: `${path} leads to a ${target?.resourceType ?? 'nothing'}, not a ${type}` }];
}

function containedIn(golden: Json): readonly Json[] {
  return [golden.contained, golden.contains].flatMap((list) => (Array.isArray(list) ? (list as Json[]) : []));
}

function resources(bundle: Bundle): FhirResource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource as FhirResource]));
}

function resourceAt(bundle: Bundle, reference: unknown): FhirResource | undefined {
  return bundle.entry?.find(({ fullUrl }) => fullUrl === reference)?.resource as FhirResource | undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 160);
}

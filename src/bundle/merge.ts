import { absent } from '../fhir/types/data-absent-reason.js';
import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/**
 * Puts what `other` says into `resource` where both can be said at once; false, and nothing is changed, where not. A name
 * that one of them doesn't know is no second name.
 */
export function merge(resource: MappedResource, other: MappedResource): boolean {
  if (same(resource.resource, other.resource)) return true;
  const { scope } = resource.mapping.identity;
  if (scope !== 'shared' && scope !== 'document') return false;
  const [apart, otherApart] = [resource.apart(), other.apart()];
  if (apart !== '' && otherApart !== '' && apart !== otherApart) return false;
  const one = resource.resource as unknown as Record<string, unknown>;
  const more = other.resource as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(more)) {
    if (Object.hasOwn(one, key) && !Array.isArray(value) && !same(one[key], value)) return false;
  }
  const places = new Map<string, string>();
  for (const [key, value] of Object.entries(more)) {
    if (!Object.hasOwn(one, key)) one[key] = value;
    else if (Array.isArray(value)) {
      const present = known(one[key] as unknown[], value as unknown[]);
      const all = [...present];
      (value as unknown[]).forEach((item, index) => {
        if (present.length > 0 && isUnknown(item)) return;
        const twin = present.findIndex((other) => same(other, item));
        places.set(`${key}[${index}]`, `${key}[${twin < 0 ? all.push(item) - 1 : twin}]`);
      });
      one[key] = all;
    }
  }
  if (apart === '') resource.apart = other.apart;
  other.journal.retarget((target) => target.replace(/^\w+\[\d+\]/, (place) => places.get(place) ?? place));
  return true;
}

/** What is left of a list where another one knows more: not that something is unknown, once anything is known. */
function known(present: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  return more.every(isUnknown) ? present : present.filter((item) => !isUnknown(item));
}

/** Whether an item of a list only says that it is unknown, as a mapping does where a profile wants an element. */
function isUnknown(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const { extension, ...others } = item as { extension?: unknown };
  const said = Object.entries(others);
  if (extension !== undefined) return said.length === 0 && same(extension, UNKNOWN);
  return said.length > 0 && said.every(([key, value]) => key.startsWith('_') && same(value, { extension: UNKNOWN }));
}

const UNKNOWN = [absent('unknown')];

/** Equal in value; references are equal where they name the same resource. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => same(item, other[index]));
  }
  if (isPending(one) || isPending(other))
    return isPending(one) && isPending(other) && one.reference === other.reference;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]));
}

/** Whether a value is a reference that waits for the id of its target. */
export function isPending(value: unknown): value is PendingReference {
  return typeof value === 'object' && value !== null && TARGET in value;
}

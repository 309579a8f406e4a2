import { absent } from '../fhir/types/data-absent-reason.js';
import { plainWords } from '../mapping/likeness.js';
import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/**
 * Puts what `other` says into `resource` where both can be said at once; false, and nothing is changed, where not. A name
 * that one of them doesn't know is no second name.
 */
export function merge(resource: MappedResource, other: MappedResource): boolean {
  if (same(resource.resource, other.resource)) return true;
  if (sameButNarrative(resource.resource, other.resource)) {
    joinNarratives(resource.resource, other.resource);
    return true;
  }
  const { scope, alike } = resource.mapping.identity;
  if (scope !== 'shared' && scope !== 'document' && alike === undefined) return false;
  const [apart, otherApart] = [resource.apart(), other.apart()];
  if (apart !== '' && otherApart !== '' && apart !== otherApart && !mayBeOneName(apart, otherApart)) return false;
  const one = resource.resource as unknown as Record<string, unknown>;
  const more = other.resource as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(more)) {
    if (key === NARRATIVE || !Object.hasOwn(one, key) || Array.isArray(value) || same(one[key], value)) continue;
    if (alike === undefined || !sameWords(one[key], value)) return false;
  }
  const places = new Map<string, string>();
  // If only one of them says that something is unknown, because it had to, that is no contradiction.
  for (const key of Object.keys(one)) if (!Object.hasOwn(more, key) && onlyUnknown(one[key])) delete one[key];
  joinNarratives(one, more);
  for (const [key, value] of Object.entries(more)) {
    if (!Object.hasOwn(one, key)) {
      if (!onlyUnknown(value)) one[key] = value;
    } else if (Array.isArray(value)) {
      const { list, moved } = joinLists(one[key] as unknown[], value as unknown[]);
      one[key] = list;
      moved.forEach((place, index) => {
        if (place !== undefined) places.set(`${key}[${index}]`, `${key}[${place}]`);
      });
    }
  }
  if (apart === '' && otherApart !== '') resource.apartAs = other;
  other.journal.retarget((target) => target.replace(/^\w+\[\d+\]/, (place) => places.get(place) ?? place));
  return true;
}

/** The narrative of a resource: an entry that is told in two sections has two rows. */
const NARRATIVE = 'text';

/** Whether two resources say the same, even if their narratives differ. */
function sameButNarrative(one: object, other: object): boolean {
  return same({ ...one, [NARRATIVE]: undefined }, { ...other, [NARRATIVE]: undefined });
}

/** Joins both narratives, one after the other. */
function joinNarratives(one: object, other: object): void {
  const [narrative, more] = [narrativeOf(one), narrativeOf(other)];
  if (narrative === undefined || more === undefined || narrative.div === more.div) {
    if (narrative === undefined && more !== undefined) Object.assign(one, { [NARRATIVE]: more });
    return;
  }
  const shown = narratives.get(one) ?? 1;
  if (shown >= FEW) return;
  narratives.set(one, shown + 1);
  const [, start = '', inner = ''] = DIV.exec(narrative.div) ?? [];
  const [, , added = ''] = DIV.exec(more.div) ?? [];
  if (inner.includes(added)) return;
  Object.assign(one, { [NARRATIVE]: { ...narrative, div: `${start}${inner}${added}</div>` } });
}

/** How many narratives a resource shows; one that a thousand rows tell is shown by the first few, and by the section. */
const narratives = new WeakMap<object, number>();

const DIV = /^(<div[^>]*>)([^]*)<\/div>$/;

function narrativeOf(resource: object): { readonly div: string } | undefined {
  const narrative = (resource as Record<string, unknown>)[NARRATIVE];
  return isPlain(narrative) && typeof narrative.div === 'string' ? { ...narrative, div: narrative.div } : undefined;
}

interface Joined {
  readonly list: unknown[];
  /** For each item that came, its place in the list; undefined where it only says that something is unknown. */
  readonly moved: readonly (number | undefined)[];
}

function joinLists(ones: unknown[], more: readonly unknown[]): Joined {
  const index = indexes.get(ones);
  if (index !== undefined) return joinLong(ones, index, more);
  const present = known(ones, more);
  const list = [...present];
  const moved = more.map((item) => {
    if (present.length > 0 && isUnknown(item)) return undefined;
    const twin = present.findIndex((other) => same(other, item));
    if (twin >= 0) return twin;
    const fuller = list.findIndex((other) => saysLess(item, other));
    if (fuller >= 0) return fuller;
    const poorer = list.findIndex((other) => saysLess(other, item));
    if (poorer < 0) return list.push(item) - 1;
    list[poorer] = item;
    return poorer;
  });
  if (list.length > FEW && !list.some(isUnknown)) indexes.set(list, placesOf(list));
  return { list, moved };
}

/**
 * Whether an item says but a part of what the other says: the same name without its suffix, the same telephone number
 * without its use. What holds for a time only is not what holds always.
 */
function saysLess(item: unknown, other: unknown): boolean {
  if (!isPlain(item) || !isPlain(other) || 'period' in other || isPending(item)) return false;
  const said = Object.entries(item);
  return (
    said.length > 0 &&
    said.every(
      ([key, value]) => Object.hasOwn(other, key) && (same(value, other[key]) || startsWith(other[key], value)),
    )
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a list has more behind the same beginning: a second given name. */
function startsWith(list: unknown, start: unknown): boolean {
  if (!Array.isArray(list) || !Array.isArray(start) || start.length > list.length) return false;
  return start.every((item, index) => same(item, list[index]));
}

/** Whether two texts are the same but for letter case, white space and punctuation. */
function sameWords(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  return plainWords(one) === plainWords(other) && plainWords(one) !== '';
}

/**
 * Whether two texts that keep resources apart may be one name: the same words, or a name in one piece that has all words
 * of the other. An initial stands for a word that begins with it: `h doc` for `Hal Doc, MD`, but not for `h doc-smith`,
 * which is the initial and the family name of somebody else.
 */
function mayBeOneName(one: string, other: string): boolean {
  if (sameWords(one, other)) return true;
  const [words, others] = [plainWords(one).split(' '), plainWords(other).split(' ')];
  const [shorter, longer] = words.length <= others.length ? [words, others] : [others, words];
  if (shorter.length < 2 || isInitial(longer[0]!)) return false;
  return shorter.every((word) => longer.includes(word) || (isInitial(word) && longer.some((l) => l.startsWith(word))));
}

function isInitial(word: string): boolean {
  return word.length === 1;
}

/** Whether an element, or a list, says nothing but that something is unknown. */
function onlyUnknown(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isUnknown) : isUnknown(value);
}

/** Up to this many items, each is compared with each. */
const FEW = 16;

/**
 * The lists that have grown long here, with the place of each item by what it says: a thousand entries may each know
 * another telephone number of one author.
 */
const indexes = new WeakMap<readonly unknown[], Map<string, number>>();

function joinLong(list: unknown[], index: Map<string, number>, more: readonly unknown[]): Joined {
  const added: [string, number][] = [];
  const moved = more.map((item) => {
    if (isUnknown(item)) return undefined;
    const text = textOf(item);
    const twin = index.get(text);
    if (twin !== undefined) return twin;
    const place = list.push(item) - 1;
    added.push([text, place]);
    return place;
  });
  for (const [text, place] of added) if (!index.has(text)) index.set(text, place);
  return { list, moved };
}

/** The place of each item by its text; the first place if it stands there twice. */
function placesOf(list: readonly unknown[]): Map<string, number> {
  const places = new Map<string, number>();
  list.forEach((item, place) => {
    const text = textOf(item);
    if (!places.has(text)) places.set(text, place);
  });
  return places;
}

/** A text that is equal for two items exactly if `same` holds for them. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (isPending(value)) return `@${value.reference ?? ''}`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}:${textOf(inner)}`)
    .sort()
    .join()}}`;
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

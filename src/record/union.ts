/**
 * What several documents say of one resource, as one (SPEC of purposes, 4.3): equal things once, silence is no statement,
 * lists are put together, and where values differ one stands and all are listed. Which one stands is an order, not a
 * judgement.
 */
import { isDeepStrictEqual } from 'node:util';
import type { FhirResource } from 'fhir/r4.js';
import { elementOf } from '../fhir/elements.js';
import { factKeys } from './fact-key.js';
import type { Conflict } from './person-record.js';
import { SOURCE_KINDS, type SourceKind } from './source-kind.js';

/** One document's version of a resource, with the data that decide which of two versions counts. */
export interface Version {
  readonly resource: FhirResource;
  /** Id of the document's DocumentReference. */
  readonly document: string;
  readonly provenance: readonly string[];
  /** The time at which the author said it, in milliseconds; -Infinity if nothing tells. */
  readonly said: number;
  readonly kind: SourceKind;
  /**
   * The organization that makes the statement. A later statement of the same organization is a change, not a conflict.
   */
  readonly organization: string | undefined;
  /** When the document was written. */
  readonly written: number;
  /**
   * An incomplete resource (tagged SUBSETTED), such as an order that a document only names. Every complete version
   * counts before it.
   */
  readonly part: boolean;
  /** Decides if nothing else does. */
  readonly hash: string;
}

/** The best first: the one said later, of the better kind of source, of the later document, with the smaller hash. */
export function compareVersions(a: Version, b: Version): number {
  return (
    Number(a.part) - Number(b.part) ||
    compare(b.said, a.said) ||
    SOURCE_KINDS.indexOf(a.kind) - SOURCE_KINDS.indexOf(b.kind) ||
    compare(b.written, a.written) ||
    (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)
  );
}

/** -Infinity less -Infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The union of versions, which must be in the order of `compareVersions`, under an id. */
export function unite(versions: readonly Version[], id: string): { resource: FhirResource; conflicts: Conflict[] } {
  const first = versions[0]!;
  if (first.resource.id === id && versions.every(({ resource }) => isSameText(resource, first.resource))) {
    return { resource: first.resource, conflicts: [] };
  }
  const type = first.resource.resourceType;
  const whole = versions.some(({ part }) => !part);
  const elements = new Map(versions.map((version) => [version, elementsOf(version.resource, type)]));
  // First the elements of the version that counts, in its order, then what only others say: a `Map` keeps the order of
  // insertion.
  const names = new Set(versions.flatMap((version) => [...elements.get(version)!.keys()]));
  const byText = new Map<string, Version>();
  for (const version of versions) {
    const text = `${version.part} ${textOf(version.resource)}`;
    if (!byText.has(text)) byText.set(text, version);
  }
  const distinct = [...byText.values()];
  const united: Record<string, unknown> = { resourceType: type };
  const conflicts: Conflict[] = [];
  for (const name of names) {
    if (name === 'id' || name === 'resourceType') continue;
    const saidBy = (ones: readonly Version[]): { value: Said; version: Version }[] =>
      ones.flatMap((version) => {
        const value = elements.get(version)!.get(name);
        return value === undefined || (whole && version.part && name !== 'identifier') ? [] : [{ value, version }];
      });
    // Versions with exactly the same value are compared with the others only once.
    const said = saidBy(distinct);
    // What an incomplete resource has in place of a value is no statement beside a complete one.
    const { value, others } = combine(
      said.map((one) => one.value),
      `${type}.${name}`,
      name,
    );
    const affirmed = affirming(name, said, distinct, whole);
    if (affirmed.length > 0) {
      // The version that counts decides. If it lacks the element, it affirms the fact.
      if (affirmed.includes(versions[0]!)) delete united[name];
      else Object.assign(united, value);
      const silent = affirming(name, saidBy(versions), versions, whole).map((version) => ({ value: {}, version }));
      const told = [...saidBy(versions), ...silent];
      const all = versions.flatMap((version) => told.filter((one) => one.version === version));
      conflicts.push(conflictOf(`${type}/${id}`, name, all));
      continue;
    }
    Object.assign(united, value);
    if (others) conflicts.push(conflictOf(`${type}/${id}`, name, saidBy(versions)));
  }
  return { resource: { ...united, id } as unknown as FhirResource, conflicts };
}

/**
 * Who says nothing of an element with which others deny the whole fact: `refuted`, `entered-in-error`, `doNotPerform`. Elsewhere
 * silence is no statement; who tells a fact and does not deny it says that it is so.
 */
function affirming(
  name: string,
  said: readonly { readonly value: Said; readonly version: Version }[],
  versions: readonly Version[],
  whole: boolean,
): Version[] {
  const denies = said.some(({ value }) => Object.values(value).some(isDenial));
  if (!denies || !factKeys.denying.includes(name)) return [];
  return versions.filter((version) => !(whole && version.part) && !said.some((one) => one.version === version));
}

function isDenial(value: unknown): boolean {
  const { coding = [] } = (typeof value === 'object' ? (value ?? {}) : {}) as { coding?: { code?: string }[] };
  return value === true || coding.some(({ code = '' }) => ['refuted', 'entered-in-error'].includes(code));
}

const texts = new WeakMap<FhirResource, string>();

/** The cheap question first: mostly several documents say exactly the same. */
function isSameText(one: FhirResource, other: FhirResource): boolean {
  return one === other || textOf(one) === textOf(other);
}

function textOf(resource: FhirResource): string {
  let text = texts.get(resource);
  if (text === undefined) texts.set(resource, (text = JSON.stringify(resource)));
  return text;
}

/** `onset[x]` for each of its names, and for what stands beside a primitive (`_onsetDateTime`). */
function elementName(type: string, key: string): string {
  const bare = key.startsWith('_') ? key.slice(1) : key;
  const element = elementOf(type, bare);
  return element?.base ?? bare;
}

/**
 * Each element under its open name, with the names it has in the resource: `onset[x]` -> `{ onsetDateTime: '2019' }`.
 */
function elementsOf(resource: FhirResource, type: string): Map<string, Said> {
  const elements = new Map<string, Record<string, unknown>>();
  for (const [key, value] of Object.entries(resource) as [string, unknown][]) {
    const name = elementName(type, key);
    const element = elements.get(name);
    if (element === undefined) elements.set(name, { [key]: value });
    else element[key] = value;
  }
  return elements;
}

type Said = Readonly<Record<string, unknown>>;

/** The value that counts, and whether something else was said, too. */
function combine(said: readonly Said[], path: string, name: string): { value: Said; others: boolean } {
  const [first, ...rest] = said;
  if (first === undefined) return { value: {}, others: false };
  let value = first;
  let others = false;
  for (const next of rest) {
    if (isDeepStrictEqual(value, next)) continue;
    const joined = join(value, next, path, name);
    if (joined === undefined) others = true;
    else value = joined;
  }
  return { value, others };
}

/** Two values as one if they do not contradict each other; else undefined. */
function join(one: Said, other: Said, path: string, name: string): Said | undefined {
  if (factKeys.whole.includes(name)) return undefined;
  const key = Object.keys(one).find((candidate) => !candidate.startsWith('_'));
  if (key === undefined || !Object.hasOwn(other, key)) return undefined;
  const [here, there] = [one[key], other[key]];
  if (Array.isArray(here) && Array.isArray(there)) {
    const list = key === 'extension' ? joinExtensions(here, there) : joinLists(here, there);
    return list === undefined ? undefined : { ...one, [key]: list };
  }
  if (typeof here !== 'object' || typeof there !== 'object' || here === null || there === null) return undefined;
  const element = elementOf(path.slice(0, path.indexOf('.')), key);
  const type = element?.types[0];
  if (type === 'CodeableConcept' && element?.binding?.strength !== 'required') {
    const concept = joinConcepts(here, there);
    return concept === undefined ? undefined : { ...one, [key]: concept };
  }
  if (type === 'Period' || type === 'Meta') {
    const fields = joinFields(here as Said, there as Said);
    return fields === undefined ? undefined : { ...one, [key]: fields };
  }
  if (contains(here, there)) return one;
  return contains(there, here) ? { ...one, [key]: there } : undefined;
}

/** A Period whose start is in one document and whose end is in another. */
function joinFields(one: Said, other: Said): Said | undefined {
  const joined: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const here = joined[key];
    if (here === undefined) joined[key] = value;
    else if (Array.isArray(here) && Array.isArray(value)) joined[key] = joinLists(here, value);
    else if (!isDeepStrictEqual(here, value)) return undefined;
  }
  return joined;
}

interface Concept {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  readonly text?: string;
}

/** Only if they have a code in common: then the others are translations of it. */
function joinConcepts(one: Concept, other: Concept): Concept | undefined {
  const shared = one.coding?.some(({ system, code }) =>
    other.coding?.some((that) => code !== undefined && that.system === system && that.code === code),
  );
  if (shared !== true) return undefined;
  const texts = new Set([one.text, other.text].filter((text) => text !== undefined));
  if (texts.size > 1) return undefined;
  const [text] = texts;
  const codes = new Set(one.coding!.map(({ system, code }) => `${system ?? ''}|${code ?? ''}`));
  const more = other.coding!.filter((coding) => !one.coding!.some((that) => contains(that, coding)));
  // The same code with another display counts as another statement.
  if (more.some(({ system, code }) => codes.has(`${system ?? ''}|${code ?? ''}`))) return undefined;
  return { ...other, ...one, coding: [...one.coding!, ...more], ...(text === undefined ? {} : { text }) };
}

/**
 * The items of one list, and those of the other that it lacks. An item is left out if another item says all of it and
 * more.
 */
function joinLists(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const more = other.filter((item) => !one.some((that) => contains(that, item)));
  const kept = one.filter((item) => !more.some((that) => contains(that, item)));
  return kept.length === one.length && more.length === 0 ? [...one] : [...kept, ...more];
}

/** For each url there is one extension, unless a document has several. */
function joinExtensions(one: readonly unknown[], other: readonly unknown[]): unknown[] | undefined {
  const url = (item: unknown): string => (item as { url?: string }).url ?? '';
  for (const item of one) {
    const same = other.filter((that) => url(that) === url(item));
    if (same.length === 1 && one.filter((that) => url(that) === url(item)).length === 1) {
      if (!contains(item, same[0]) && !contains(same[0], item)) return undefined;
    }
  }
  return joinLists(one, other);
}

/** Whether all that `part` says stands in `whole`. */
export function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return false;
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.every((item) => whole.some((that) => contains(that, item)));
  }
  if (Array.isArray(whole)) return false;
  return Object.entries(part).every(([key, value]) => contains((whole as Record<string, unknown>)[key], value));
}

/** The value that a missing element stands for in a resource that affirms the fact. */
const NOT_SAID = 'not denied';

/** Each different value once, first the one that counts, with everybody who says it. */
function conflictOf(
  resource: string,
  element: string,
  said: readonly { readonly value: Said; readonly version: Version }[],
): Conflict {
  const values: { value: Said; versions: Version[] }[] = [];
  for (const { value, version } of said) {
    const known = values.find((one) => isDeepStrictEqual(one.value, value));
    if (known === undefined) values.push({ value, versions: [version] });
    else known.versions.push(version);
  }
  const organizations = new Set(said.map(({ version }) => version.organization));
  return {
    resource,
    element,
    kind: organizations.size === 1 && !organizations.has(undefined) ? 'changed' : 'conflict',
    values: values.map(({ value, versions }) => ({
      value:
        Object.keys(value).length === 0 ? NOT_SAID : Object.keys(value).length === 1 ? Object.values(value)[0] : value,
      provenance: [...new Set(versions.flatMap(({ provenance }) => provenance))].sort(),
      documents: [...new Set(versions.map(({ document }) => document))].sort(),
    })),
  };
}

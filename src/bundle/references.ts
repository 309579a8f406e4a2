import { isPending } from './merge.js';
import { eachOnce } from '../mapping/each-once.js';
import { movedTo } from '../xml/journal.js';
import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/** The resources that the document asked for and all that they point at, in their order, with their References. */
export function reachable(
  made: readonly MappedResource[],
): { resource: MappedResource; references: readonly PendingReference[] }[] {
  const seen = new Map<MappedResource, readonly PendingReference[]>();
  const visit = (resource: MappedResource) => {
    if (seen.has(resource)) return;
    const references = referencesIn(resource);
    seen.set(resource, references);
    for (const reference of references) if (reference[TARGET] !== undefined) visit(reference[TARGET]);
  };
  for (const resource of made) if (resource.matched) visit(resource);
  return Array.from(seen, ([resource, references]) => ({ resource, references })).sort(
    (a, b) => a.resource.node - b.resource.node,
  );
}

/**
 * Says nothing twice in a list with references: the entries of a section that are one resource, the author of both halves
 * of a blood pressure, a diagnosis of an encounter that is told twice. The places that the journals of all that went into
 * the resource know move with them.
 */
export function withoutRepeats({ resource, journal }: MappedResource, merged: readonly MappedResource[]): void {
  const lists: object[][] = [];
  // What went into it may have brought elements that it had not.
  for (const name of new Set(merged.flatMap(({ referring }) => referring)))
    collect(elementOf(resource, name), [], lists);
  for (const list of lists) {
    if (!mayRepeat(list)) continue;
    const once = eachOnce(list, (item) => (onlyRefers(item) ? item.reference : JSON.stringify(item)));
    if (once === undefined) continue;
    const path = journal.traced ? pathOf(resource, list) : undefined;
    list.splice(0, list.length, ...once.kept);
    if (path !== undefined)
      for (const one of merged) one.journal.retarget((target) => movedTo(target, path, once.places));
  }
}

/** Where a list stands in a resource: `section[2].entry`. */
function pathOf(value: unknown, list: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : key;
    if (inner === list) return step;
    const below = pathOf(inner, list);
    if (below !== undefined) return below.startsWith('[') ? step + below : `${step}.${below}`;
  }
  return undefined;
}

/** Nearly always each item begins with a Reference of its own: then nobody has to look at the whole. */
function mayRepeat(list: readonly object[]): boolean {
  const references = new Set<string>();
  for (const item of list) {
    const reference = firstReference(item);
    if (reference === undefined) continue;
    if (references.has(reference)) return true;
    references.add(reference);
  }
  return false;
}

/** What the first Reference in an item refers to, by its id or by an identifier alone; undefined where there is none. */
function firstReference(value: object): string | undefined {
  const { reference, identifier } = value as { reference?: unknown; identifier?: unknown };
  if (typeof reference === 'string') return reference;
  if (identifier !== undefined && Object.keys(value).length === 1) return JSON.stringify(value);
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    const found = typeof inner === 'object' && inner !== null ? firstReference(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a Reference says nothing but what it refers to, as most do. */
function onlyRefers(item: object): item is { reference: string } {
  return 'reference' in item && typeof item.reference === 'string' && Object.keys(item).length === 1;
}

/** The References in a resource, looked for where its mapping put some. */
function referencesIn({ resource, referring }: MappedResource): PendingReference[] {
  const found: PendingReference[] = [];
  for (const name of referring) collect(elementOf(resource, name), found);
  // Without the room that a list leaves for more.
  return found.slice();
}

function elementOf(resource: object, name: string): unknown {
  return (resource as Record<string, unknown>)[name.replace('[x]', 'Reference')];
}

/** The References in a value, and the lists of more than one thing with any. */
function collect(value: unknown, found: PendingReference[], lists?: object[][]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const before = found.length;
    for (const item of value) collect(item, found, lists);
    if (value.length > 1 && found.length > before && !isNarrated(value[0])) lists?.push(value as object[]);
    return;
  }
  if (isPending(value)) found.push(value);
  for (const key in value) collect((value as Record<string, unknown>)[key], found, lists);
}

/** What has a narrative of its own, a section, is told as often as the document tells it. */
function isNarrated(item: unknown): boolean {
  const text = (item as { text?: unknown } | null)?.text;
  return typeof text === 'object' && text !== null && 'div' in text;
}

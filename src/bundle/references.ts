import { isPending } from './merge.js';
import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/** The resources that the document asked for and all that they point at, in their order, with their References. */
export function reachable(
  made: readonly MappedResource[],
): { resource: MappedResource; references: PendingReference[]; lists: object[][] }[] {
  const seen = new Map<MappedResource, { references: PendingReference[]; lists: object[][] }>();
  const visit = (resource: MappedResource) => {
    if (seen.has(resource)) return;
    const [references, lists]: [PendingReference[], object[][]] = [[], []];
    findReferences(resource, references, lists);
    seen.set(resource, { references, lists });
    for (const reference of references) if (reference[TARGET] !== undefined) visit(reference[TARGET]);
  };
  for (const resource of made) if (resource.matched) visit(resource);
  return [...seen]
    .map(([resource, found]) => ({ resource, ...found }))
    .sort((a, b) => a.resource.node - b.resource.node);
}

/**
 * Says nothing twice in a list with references: the entries of a section that are one resource, the author of both halves
 * of a blood pressure, a diagnosis of an encounter that is told twice. The places that the journal knows move with them.
 * `saying` tells by what two are the same.
 */
export function withoutRepeats(
  { resource, journal }: MappedResource,
  lists: readonly object[][],
  saying: (item: object) => unknown,
): void {
  for (const list of lists) {
    // Nearly always each begins with a Reference of its own: then nobody has to look at the whole.
    if (new Set(list.map((one) => firstReference(one) ?? one)).size === list.length) continue;
    const places = new Map<unknown, number>();
    const kept: object[] = [];
    const moved = list.map((one) => {
      const said = saying(one);
      let place = places.get(said);
      if (place === undefined) places.set(said, (place = kept.push(one) - 1));
      return place;
    });
    if (kept.length === list.length) continue;
    const path = journal.traced ? pathOf(resource, list) : undefined;
    list.splice(0, list.length, ...kept);
    if (path === undefined) continue;
    journal.retarget((target) => {
      const index = target.startsWith(`${path}[`) ? /^\d+/.exec(target.slice(path.length + 1))?.[0] : undefined;
      if (index === undefined) return target;
      return `${path}[${moved[Number(index)] ?? index}]${target.slice(path.length + index.length + 2)}`;
    });
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

/** As long as ids are not settled: what a Reference refers to; anything else is like nothing but itself. */
export function targetOf(item: object): unknown {
  return onlyRefers(item) ? ((item as PendingReference)[TARGET] ?? item) : item;
}

export function textOf(item: object): string {
  return onlyRefers(item) ? item.reference : JSON.stringify(item);
}

/** What the first Reference in an item refers to, by its id or by an identifier alone; undefined where there is none. */
function firstReference(value: object): string | undefined {
  if ('reference' in value && typeof value.reference === 'string') return value.reference;
  if ('identifier' in value && Object.keys(value).length === 1) return JSON.stringify(value);
  for (const inner of Object.values(value) as unknown[]) {
    const found = typeof inner === 'object' && inner !== null ? firstReference(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a Reference says nothing but what it refers to, as most do. */
function onlyRefers(item: object): item is { reference: string } {
  return 'reference' in item && typeof item.reference === 'string' && Object.keys(item).length === 1;
}

/** The References of a resource, and the lists of more than one thing with any; looked for where its mapping put some. */
function findReferences({ resource, referring }: MappedResource, found: PendingReference[], lists: object[][]): void {
  const elements = resource as unknown as Record<string, unknown>;
  for (const name of referring) collect(elements[name.replace('[x]', 'Reference')], found, lists);
}

function collect(value: unknown, found: PendingReference[], lists: object[][]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const before = found.length;
    for (const item of value) collect(item, found, lists);
    if (value.length > 1 && found.length > before && !isNarrated(value[0])) lists.push(value as object[]);
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

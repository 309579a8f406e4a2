import { isPending } from './merge.js';
import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/** The resources that the document asked for and all that they point at, in their order, with their References. */
export function reachable(
  made: readonly MappedResource[],
): { resource: MappedResource; references: PendingReference[]; lists: PendingReference[][] }[] {
  const seen = new Map<MappedResource, { references: PendingReference[]; lists: PendingReference[][] }>();
  const visit = (resource: MappedResource) => {
    if (seen.has(resource)) return;
    const [references, lists]: [PendingReference[], PendingReference[][]] = [[], []];
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
 * Names nobody twice in a list of references: the entries of a section that are one resource, the author of both halves
 * of a blood pressure. The places that the journal knows move with them.
 */
export function withoutRepeats({ resource, journal }: MappedResource, lists: readonly PendingReference[][]): void {
  for (const list of lists) {
    const places = new Map<string, number>();
    const kept: PendingReference[] = [];
    const moved = list.map((one) => {
      const text = onlyRefers(one) ? one.reference! : JSON.stringify(one);
      let place = places.get(text);
      if (place === undefined) places.set(text, (place = kept.push(one) - 1));
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

/** Whether a Reference says nothing but what it refers to, as most do. */
function onlyRefers(reference: PendingReference): boolean {
  return Object.keys(reference).length === 1 && reference.reference !== undefined;
}

/** The References of a resource, and the lists of more than one; looked for where its mapping put some. */
function findReferences(
  { resource, referring }: MappedResource,
  found: PendingReference[],
  lists: PendingReference[][],
): void {
  const elements = resource as unknown as Record<string, unknown>;
  for (const name of referring) collect(elements[name.replace('[x]', 'Reference')], found, lists);
}

function collect(value: unknown, found: PendingReference[], lists: PendingReference[][]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (value.length > 1 && isPending(value[0])) lists.push(value as PendingReference[]);
    for (const item of value) collect(item, found, lists);
    return;
  }
  if (isPending(value)) found.push(value);
  for (const key in value) collect((value as Record<string, unknown>)[key], found, lists);
}

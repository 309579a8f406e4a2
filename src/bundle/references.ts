import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/** The resources that the document asked for and all that they point at, in their order, with their References. */
export function reachable(
  made: readonly MappedResource[],
): { resource: MappedResource; references: PendingReference[] }[] {
  const seen = new Map<MappedResource, PendingReference[]>();
  const visit = (resource: MappedResource) => {
    if (seen.has(resource)) return;
    const references = pendingReferences(resource);
    seen.set(resource, references);
    for (const reference of references) if (reference[TARGET] !== undefined) visit(reference[TARGET]);
  };
  for (const resource of made) if (resource.matched) visit(resource);
  return [...seen]
    .map(([resource, references]) => ({ resource, references }))
    .sort((a, b) => a.resource.node - b.resource.node);
}

function pendingReferences({ resource, referring }: MappedResource): PendingReference[] {
  const found: PendingReference[] = [];
  const elements = resource as unknown as Record<string, unknown>;
  for (const name of referring) collect(elements[name.replace('[x]', 'Reference')], found);
  return found;
}

function collect(value: unknown, found: PendingReference[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (TARGET in value) found.push(value as PendingReference);
  for (const inner of Object.values(value)) collect(inner, found);
}

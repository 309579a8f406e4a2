import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';

/** The references inside a value that still wait for their target's id. */
export function pendingReferences(value: unknown, found: PendingReference[] = []): PendingReference[] {
  if (Array.isArray(value)) {
    for (const item of value) pendingReferences(item, found);
  } else if (typeof value === 'object' && value !== null) {
    if (TARGET in value) found.push(value as PendingReference);
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key];
      if (typeof inner === 'object') pendingReferences(inner, found);
    }
  }
  return found;
}

/** The resources that the document asked for and all that they point at, in their order. */
export function reachable(
  made: readonly MappedResource[],
): { resource: MappedResource; references: PendingReference[] }[] {
  const seen = new Map<MappedResource, PendingReference[]>();
  const visit = (resource: MappedResource) => {
    if (seen.has(resource)) return;
    const references = pendingReferences(resource.resource);
    seen.set(resource, references);
    for (const reference of references) if (reference[TARGET] !== undefined) visit(reference[TARGET]);
  };
  for (const resource of made) if (resource.matched) visit(resource);
  return [...seen]
    .map(([resource, references]) => ({ resource, references }))
    .sort((a, b) => a.resource.node - b.resource.node);
}

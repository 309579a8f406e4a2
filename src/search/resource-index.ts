import type { FhirResource } from 'fhir/r4.js';

/** Resources made ready to be searched: by type, by id, and by what they refer to. */
export interface ResourceIndex {
  readonly resources: readonly FhirResource[];
  ofType(type: string): readonly FhirResource[];
  /** The resource that a reference leads to: `urn:uuid:ID`, `Type/ID`, or an address that ends in `Type/ID`. */
  resolve(reference: string): FhirResource | undefined;
  /** The resources of a type that refer to this one. */
  referring(to: FhirResource, type: string): readonly FhirResource[];
  /** A place where a search keeps what it has found out about a resource. It lives as long as the index. */
  readonly kept: WeakMap<FhirResource, Map<string, unknown>>;
}

export function resourceIndex(resources: readonly FhirResource[]): ResourceIndex {
  const byType = new Map<string, FhirResource[]>();
  const byId = new Map<string, FhirResource>();
  for (const resource of resources) {
    const of = byType.get(resource.resourceType);
    if (of === undefined) byType.set(resource.resourceType, [resource]);
    else of.push(resource);
    if (resource.id === undefined) continue;
    byId.set(`${resource.resourceType}/${resource.id}`, resource);
    // A UUID names one resource, whatever its type.
    if (!byId.has(resource.id)) byId.set(resource.id, resource);
  }
  const resolve = (reference: string): FhirResource | undefined => {
    if (reference.startsWith('urn:uuid:')) return byId.get(reference.slice(9));
    const direct = byId.get(reference);
    if (direct !== undefined) return direct;
    const end = /(?:^|\/)([A-Z]\w+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(reference);
    return end === null ? undefined : byId.get(end[1]!);
  };
  let referring: Map<FhirResource, Map<string, Set<FhirResource>>> | undefined;
  const references = (): Map<FhirResource, Map<string, Set<FhirResource>>> => {
    const found = new Map<FhirResource, Map<string, Set<FhirResource>>>();
    for (const resource of resources) {
      forEachReference(resource, (reference) => {
        const target = resolve(reference);
        if (target === undefined || target === resource) return;
        let types = found.get(target);
        if (types === undefined) found.set(target, (types = new Map<string, Set<FhirResource>>()));
        const of = types.get(resource.resourceType);
        if (of === undefined) types.set(resource.resourceType, new Set([resource]));
        else of.add(resource);
      });
    }
    return found;
  };
  return {
    resources,
    ofType: (type) => byType.get(type) ?? [],
    resolve,
    referring: (to, type) => {
      referring ??= references();
      return [...(referring.get(to)?.get(type) ?? [])];
    },
    kept: new WeakMap(),
  };
}

/** Calls back with each `reference` in a resource, wherever it stands. */
export function forEachReference(value: unknown, found: (reference: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) forEachReference(item, found);
    return;
  }
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (key === 'reference' && typeof inner === 'string') found(inner);
    else if (typeof inner === 'object') forEachReference(inner, found);
  }
}

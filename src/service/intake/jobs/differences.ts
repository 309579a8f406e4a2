import type { Bundle } from 'fhir/r4.js';

/** How another conversion would change one resource. */
export interface Difference {
  readonly what: 'added' | 'changed' | 'removed';
  /** `Observation/7c1d…` */
  readonly resource: string;
  /** The elements that differ: `code.coding`. Absent if the whole resource is new or gone. */
  readonly elements?: readonly string[];
}

/**
 * What differs between two Bundles of one document, for each resource. Values are not shown, because they are the
 * patient's.
 */
export function differences(before: Bundle | undefined, after: Bundle): Difference[] {
  const old = resourcesOf(before);
  const found: Difference[] = [];
  for (const [resource, value] of resourcesOf(after)) {
    const known = old.get(resource);
    old.delete(resource);
    if (known === undefined) found.push({ what: 'added', resource });
    else if (JSON.stringify(known) !== JSON.stringify(value)) {
      // Each Provenance names the mappings that made it. Another name there is no change of content.
      const elements = elementsOf(known, value).filter((path) => path !== 'entity' && path !== 'agent');
      if (elements.length > 0) found.push({ what: 'changed', resource, elements });
    }
  }
  for (const resource of old.keys()) found.push({ what: 'removed', resource });
  return found;
}

function resourcesOf(bundle: Bundle | undefined): Map<string, object> {
  return new Map(
    (bundle?.entry ?? []).flatMap(({ resource }) =>
      resource === undefined ? [] : [[`${resource.resourceType}/${resource.id ?? ''}`, resource] as const],
    ),
  );
}

/** Paths of two levels: enough to see which rule made the difference. */
function elementsOf(before: object, after: object): string[] {
  const one = new Map(Object.entries(before) as [string, unknown][]);
  const other = new Map(Object.entries(after) as [string, unknown][]);
  const names = [...new Set([...one.keys(), ...other.keys()])];
  return names.flatMap((name) => {
    const [left, right] = [one.get(name), other.get(name)];
    if (JSON.stringify(left) === JSON.stringify(right)) return [];
    if (!isPlain(left) || !isPlain(right)) return [name];
    return Object.keys({ ...left, ...right })
      .filter(
        (inner) =>
          JSON.stringify(new Map(Object.entries(left)).get(inner)) !==
          JSON.stringify(new Map(Object.entries(right)).get(inner)),
      )
      .map((inner) => `${name}.${inner}`);
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Bundle } from 'fhir/r4.js';

/** What another conversion would make of one resource. */
export interface Difference {
  readonly what: 'added' | 'changed' | 'removed';
  /** `Observation/7c1d…` */
  readonly resource: string;
  /** The elements that differ: `code.coding`; of a whole resource none. */
  readonly elements?: readonly string[];
}

/** What differs between two Bundles of one document, by resource. Values are not told: they are the patient's. */
export function differences(before: Bundle | undefined, after: Bundle): Difference[] {
  const old = resourcesOf(before);
  const found: Difference[] = [];
  for (const [resource, value] of resourcesOf(after)) {
    const known = old.get(resource);
    old.delete(resource);
    if (known === undefined) found.push({ what: 'added', resource });
    else if (JSON.stringify(known) !== JSON.stringify(value)) {
      // Which mappings made it stands in every Provenance, and is no change of what it says.
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

/** Two deep: enough to see which rule did it. */
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

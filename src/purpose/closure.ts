/** The Bundle of an answer: closed over references, and no more than was asked (SPEC of purposes, 2.6). */
import { readFileSync } from 'node:fs';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { fullUrlOf } from '../bundle/address.js';
import { elementOf, type ElementDefinition } from '../fhir/elements.js';
import { forEachReference, type ResourceIndex } from '../search/resource-index.js';
import { compareIds } from '../search/search.js';
import type { Sources } from '../record/source-kind.js';

/** The tag says that the resource is incomplete and must not replace the complete one. */
const SUBSETTED = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'subsetted',
};

const CONTEXT = new Set(
  (JSON.parse(readFileSync(new URL('./context-types.json', import.meta.url), 'utf8')) as { types: string[] }).types,
);

/** People, places and things: they are added with the resources that refer to them. */
export function isContext({ resourceType }: FhirResource): boolean {
  return resourceType === 'Patient' || CONTEXT.has(resourceType);
}

/**
 * The selected resources and the patients, with the people, places and things that they refer to, and with the
 * Provenances and source documents that prove them. A clinical resource that was not selected stays out. The reference
 * to it is removed, and the resource that had the reference is tagged SUBSETTED.
 */
export function closeOver(
  selected: readonly FhirResource[],
  patients: readonly FhirResource[],
  index: ResourceIndex,
  sources: Sources,
): FhirResource[] {
  const chosen = new Set(selected);
  const first = [...chosen];
  const kept = new Set<FhirResource>(first);
  for (const patient of patients) kept.add(patient);
  for (const resource of first) {
    for (const provenance of sources.provenances(resource)) {
      kept.add(provenance);
      for (const { what } of provenance.entity ?? []) {
        const document = what.reference === undefined ? undefined : index.resolve(what.reference);
        if (document !== undefined) kept.add(document);
      }
    }
  }
  for (const resource of kept) {
    forEachReference(resource, (reference) => {
      const target = index.resolve(reference);
      // A loop over a Set also visits the items that are added meanwhile.
      if (target !== undefined && CONTEXT.has(target.resourceType)) kept.add(target);
    });
  }
  const rest = [...kept].filter((resource) => !chosen.has(resource)).sort(compareIds);
  return [...first, ...rest].map((resource) =>
    cut(resource, (reference) => {
      const target = index.resolve(reference);
      // A reference that leads nowhere was told when the record was made. It stays as it is.
      return target === undefined || kept.has(target);
    }),
  );
}

/** A collection; addresses are `urn:uuid:` where an id is a UUID, else `base/Type/id`, so that references resolve. */
export function collection(id: string, resources: readonly FhirResource[], base: string): Bundle {
  return {
    resourceType: 'Bundle',
    id,
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: fullUrlOf(resource, base), resource })),
  };
}

/** A reference that resolves in a Bundle of type `collection`. */
export function referenceInCollection(resource: FhirResource): { reference: string } {
  return { reference: fullUrlOf(resource) };
}

/** The same resource if all of its references stay, else a copy without the others. */
function cut(resource: FhirResource, stays: (reference: string) => boolean): FhirResource {
  const without = prune(resource, resource.resourceType, stays) as FhirResource;
  if (without === resource) return resource;
  const { meta = {} } = without;
  // The removed elements may be ones that the profile requires.
  return { ...without, meta: { ...meta, tag: [...(meta.tag ?? []), SUBSETTED] } };
}

/** Undefined if nothing is left, or if a required element is missing from what is left. */
function prune(value: unknown, typePath: string, stays: (reference: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => prune(item, typePath, stays));
    const kept = items.filter((item) => item !== undefined);
    if (kept.length === 0) return undefined;
    return kept.length === value.length && kept.every((item, index) => item === value[index]) ? value : kept;
  }
  const { reference } = value as { reference?: unknown };
  if (typeof reference === 'string' && !stays(reference)) return undefined;
  let copy: Record<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null) continue;
    const element = elementOf(typePath, key);
    const next = prune(inner, element === undefined ? '' : typeOf(element), stays);
    if (next === inner) continue;
    copy ??= { ...(value as Record<string, unknown>) };
    if (next !== undefined) copy[key] = next;
    else {
      // An extension without its value says nothing.
      if (element?.required === true || typePath === 'Extension') return undefined;
      delete copy[key];
    }
  }
  return copy ?? value;
}

function typeOf({ path, types }: ElementDefinition): string {
  return path ?? types[0] ?? '';
}

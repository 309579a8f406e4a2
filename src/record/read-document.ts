import { createHash } from 'node:crypto';
import type { DocumentReference, FhirResource, Provenance } from 'fhir/r4.js';
import { fullUrlOf } from '../bundle/address.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import { resourceIndex, type ResourceIndex } from '../search/resource-index.js';
import type { RecordDocument } from './person-record.js';

/** Namespace of the ids that resources without one get. */
const NAMESPACE = namespaceBytes('2b0f7f8a-6d59-5d0a-8f1c-0f1a54c2a6e7');

/** A document ready to be joined with others: each resource with an id, each reference in one form. */
export interface ReadDocument {
  /** Id of its DocumentReference; of a Bundle without one, made from its content. */
  readonly id: string;
  readonly source: RecordDocument;
  readonly resources: readonly FhirResource[];
  readonly index: ResourceIndex;
  readonly reference: DocumentReference | undefined;
  /** References that lead to nothing in the document. */
  readonly dangling: readonly { readonly from: string; readonly reference: string }[];
}

/** Reads the Bundle of a document. That of a conversion is taken as it is; others' references get our form. */
export function readRecordDocument(source: RecordDocument): ReadDocument {
  const entries = (source.bundle.entry ?? []).flatMap(({ fullUrl, resource }) =>
    resource === undefined ? [] : [{ fullUrl, resource: withId(resource as FhirResource) }],
  );
  const addresses = new Map<string, string>();
  for (const { fullUrl, resource } of entries) {
    const ours = fullUrlOf(resource);
    addresses.set(`${resource.resourceType}/${resource.id ?? ''}`, ours);
    if (fullUrl !== undefined) addresses.set(fullUrl, ours);
  }
  const dangling: { from: string; reference: string }[] = [];
  const resources = entries.map(({ resource }) => {
    const from = `${resource.resourceType}/${resource.id ?? ''}`;
    return withReferences(resource, (reference) => {
      const ours = addresses.get(reference) ?? addresses.get(tail(reference));
      if (ours === undefined && !reference.startsWith('#')) dangling.push({ from, reference });
      return ours ?? reference;
    });
  });
  const index = resourceIndex(resources);
  const reference = sourceOf(index);
  return {
    id: reference?.id ?? uuidV5(NAMESPACE, contentHash(resources.map(contentHash).sort())),
    source,
    resources,
    index,
    reference,
    dangling,
  };
}

/** The end of an address that gives type and id, without a version. */
function tail(reference: string): string {
  return /([A-Z]\w+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(reference)?.[1] ?? reference;
}

function withId(resource: FhirResource): FhirResource {
  return resource.id === undefined ? { ...resource, id: uuidV5(NAMESPACE, contentHash(resource)) } : resource;
}

/** The DocumentReference that the Provenances name as their source. */
function sourceOf(index: ResourceIndex): DocumentReference | undefined {
  for (const one of index.ofType('Provenance')) {
    for (const { role, what } of (one as Provenance).entity ?? []) {
      const found = what.reference === undefined ? undefined : index.resolve(what.reference);
      if (role === 'source' && found?.resourceType === 'DocumentReference') return found;
    }
  }
  const only = index.ofType('DocumentReference');
  return only.length === 1 ? (only[0] as DocumentReference) : undefined;
}

/** The same value if no reference changes, else a copy of the parts that lead to a changed reference. */
export function withReferences<T>(value: T, change: (reference: string) => string): T {
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (const [index, item] of value.entries()) {
      const next: unknown = withReferences(item, change);
      if (next !== item) (copy ??= [...(value as unknown[])])[index] = next;
    }
    return (copy ?? value) as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const inner: unknown = (value as Record<string, unknown>)[key];
    if (typeof inner !== 'object' && key !== 'reference') continue;
    const next = key === 'reference' && typeof inner === 'string' ? change(inner) : withReferences(inner, change);
    if (next !== inner) (copy ??= { ...(value as Record<string, unknown>) })[key] = next;
  }
  return (copy ?? value) as T;
}

/** Equal contents have equal hashes. */
export function contentHash(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}

import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';
import { merge } from './merge.js';
import { reachable, withoutRepeats } from './references.js';
import { namespaceBytes, uuidV5 } from './uuid.js';

/** The namespace of all ids that Cairn makes (RFC 4122, 4.3); another one would be another product. */
const NAMESPACE = namespaceBytes('4b1c5f0a-6f0e-5d0c-9b58-9d3a1f2c7e44');

/**
 * Gives every resource its id and writes the references. Ids follow from content alone: the same entry gets the same id
 * in every document of the patient, so loading is an upsert.
 *
 * Two resources with one key are either the same, and become one (a participant mentioned twice, an entry repeated in
 * two sections), or a sender has reused an id: then all but the first get an id from their content as well.
 *
 * Answers what stays, in document order, and the resources that went into each (their journals count, too).
 */
export function identify(
  made: readonly MappedResource[],
): { resource: MappedResource; merged: readonly MappedResource[] }[] {
  const live = reachable(made);
  for (const { resource } of live)
    giveId(resource, uuidV5(NAMESPACE, `${resource.resource.resourceType}|${resource.key}`));
  // Ids so far, so that resources can be compared by what they point at.
  for (const { references } of live) writeReferences(references, new Map());

  const kept = new Map<string, { resource: MappedResource; merged: MappedResource[] }>();
  const became = new Map<MappedResource, MappedResource>();
  let moved = false;
  for (const { resource: candidate, references } of targetsFirst(live)) {
    if (moved) writeReferences(references, became);
    const first = candidate.resource.id!;
    let id = first;
    for (let known = kept.get(id); ; known = kept.get(id)) {
      if (known === undefined) {
        kept.set(id, { resource: candidate, merged: [candidate] });
        giveId(candidate, id);
        break;
      }
      giveId(candidate, known.resource.resource.id!);
      if (merge(known.resource, candidate)) {
        known.merged.push(candidate);
        became.set(candidate, known.resource);
        moved = true;
        break;
      }
      giveId(candidate, first);
      moved = true;
      id = uuidV5(NAMESPACE, `${id}|${JSON.stringify(candidate.resource)}`);
    }
  }
  if (moved) for (const { references } of live) writeReferences(references, became);
  for (const { resource, merged } of kept.values()) withoutRepeats(resource, merged);
  return [...kept.values()].sort((a, b) => a.resource.node - b.resource.node);
}

type Live = ReturnType<typeof reachable>[number];

/**
 * What is referred to before what refers to it, as far as there is no circle: whether two roles are the same depends on
 * whether their organizations turn out to be.
 */
function targetsFirst(live: readonly Live[]): Live[] {
  const waiting = new Map(live.map((one) => [one.resource, one]));
  const ordered: Live[] = [];
  const visit = (one: Live): void => {
    waiting.delete(one.resource);
    for (const reference of one.references) {
      const target = waiting.get(reference[TARGET]!);
      if (target !== undefined) visit(target);
    }
    ordered.push(one);
  };
  for (const one of live) if (waiting.has(one.resource)) visit(one);
  return ordered;
}

/** A `urn:uuid:` resolves in every type of Bundle, and a server rewrites it on loading (FHIR R4, 3.1.0.11.2). */
function giveId(made: MappedResource, id: string): void {
  made.resource.id = id;
  made.address = `urn:uuid:${id}`;
}

function writeReferences(
  references: readonly PendingReference[],
  became: ReadonlyMap<MappedResource, MappedResource>,
): void {
  for (const reference of references) {
    const target = reference[TARGET]!;
    reference.reference = (became.get(target) ?? target).address;
  }
}

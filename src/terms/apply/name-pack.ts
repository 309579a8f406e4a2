import type { FhirResource, Provenance, ProvenanceEntity } from 'fhir/r4.js';
import type { Addition } from '../../provenance/trace.js';
import type { TermPack } from '../pack/term-pack.js';

/**
 * Names in a Provenance the term pack that added to what it is about: by its hash (RFC 6920), as the document is named, and
 * by the sources, with their versions, that gave something. Who replays a document years later sees whether the pack is
 * another one.
 *
 * @param additions of each resource, by its address, as a Provenance refers to it
 */
export function namePack(
  resource: FhirResource,
  pack: TermPack,
  additions: ReadonlyMap<string, Iterable<Addition>>,
): FhirResource {
  if (resource.resourceType !== 'Provenance') return resource;
  const sources = new Set<string>();
  for (const { reference = '' } of resource.target)
    for (const { rule, by } of additions.get(reference) ?? []) if (rule !== '' && by.includes('|')) sources.add(by);
  if (sources.size === 0) return resource;
  const entity: ProvenanceEntity = {
    role: 'source',
    what: {
      identifier: { system: 'urn:ietf:rfc:3986', value: nameOf(pack) },
      display: `Term pack: ${[...sources].sort().join(', ')}`,
    },
  };
  const named: Provenance = { ...resource, entity: [...(resource.entity ?? []), entity] };
  return named;
}

/** `ni:///sha-256;…` of the pack's content. */
function nameOf({ manifest }: TermPack): string {
  return `ni:///sha-256;${Buffer.from(manifest.sha256, 'hex').toString('base64url')}`;
}

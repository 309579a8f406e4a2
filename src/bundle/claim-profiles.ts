import { isAllowedTarget, profiledReferences, stateElements } from '../fhir/profile-targets.js';
import { TARGET, type MappedResource } from '../mapping/mapped-resource.js';
import { unmetNeeds, valuesAt } from '../mapping/profiles.js';
import type { Run } from '../mapping/run.js';
import { isStateCode } from '../terminology/states.js';

/**
 * Writes the profiles that resources meet into their meta. A profile also asks something of what its elements refer to
 * (an author is to be a US Core Practitioner), so a claim falls with that of its target. Where a resource claims none of
 * the profiles that its mapping aims at, the reason is told.
 */
export function claimProfiles(run: Run, resources: readonly MappedResource[]): void {
  const claims = new Map(resources.map((made) => [made.resource.id!, claimsOf(made)]));
  const byId = new Map(resources.map((made) => [made.resource.id!, made]));
  for (let changed = true; changed;) {
    changed = false;
    for (const { resource } of resources) {
      for (const claim of claims.get(resource.id!)!) {
        if (claim.unmet.length > 0) continue;
        claim.unmet = elementsWithOtherTargets(resource, claim.url);
        changed ||= claim.unmet.length > 0;
      }
    }
  }
  for (const { resource, node } of resources) {
    const all = claims.get(resource.id!)!;
    const met = all.filter(({ unmet }) => unmet.length === 0).map(({ url }) => url);
    if (met.length > 0) resource.meta = { ...resource.meta, profile: [...(resource.meta?.profile ?? []), ...met] };
    else
      for (const { url, unmet } of all)
        run.warn('profile-not-met', `${url.split('/').pop() ?? ''} is not claimed: no ${unmet.join(', ')}`, node);
  }

  function elementsWithOtherTargets(resource: object, profile: string): string[] {
    return profiledReferences(profile).flatMap(({ element, path, profiles: allowed }) => {
      const referred = valuesAt(resource, path).flatMap((value) => targetOf(value) ?? []);
      const fits = referred.every(({ resource: { resourceType, meta }, id }) => {
        const claimed = claims.get(id)!.flatMap(({ url, unmet }) => (unmet.length === 0 ? url : []));
        return isAllowedTarget(resourceType, [...(meta?.profile ?? []), ...claimed], allowed);
      });
      return fits ? [] : `${element} of such a profile`;
    });
  }

  /** By its id, since the resource that a Reference was made for may have become part of another. */
  function targetOf(value: unknown): { id: string; resource: MappedResource['resource'] } | undefined {
    if (typeof value !== 'object' || value === null || !(TARGET in value)) return undefined;
    const id = (value as { reference?: string }).reference?.replace('urn:uuid:', '') ?? '';
    const made = byId.get(id);
    return made && { id, resource: made.resource };
  }
}

interface Claim {
  readonly url: string;
  unmet: string[];
}

function claimsOf({ resource, mapping }: MappedResource): Claim[] {
  return mapping.profiles.map((profile) => ({
    url: profile.url,
    unmet: [...unmetNeeds(resource, profile), ...foreignStates(resource, profile.url)],
  }));
}

/** The elements whose state is none of the United States: the profile, as validators read it, takes no other. */
function foreignStates(resource: object, profile: string): string[] {
  return stateElements(profile)
    .filter((element) => !valuesAt(resource, element.split('.')).every((state) => isStateCode(String(state))))
    .map((element) => `${element} of the United States`);
}

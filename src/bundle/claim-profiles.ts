import { isBaseProfile, profileTargets, type ProfiledReference, type ProfileTargets } from '../fhir/profile-targets.js';
import { TARGET, type MappedResource } from '../mapping/mapped-resource.js';
import type { ProfileClaim } from '../mapping/mapping.js';
import { unmetNeeds, valuesAt } from '../mapping/profiles.js';
import type { ResourceMaker } from '../mapping/resource-maker.js';
import { isStateCode } from '../terminology/states.js';

/** A profile that a resource may claim. */
interface Claim {
  readonly profile: ProfileClaim;
  met: boolean;
  /** The claims that it lost because claims of other resources fell. */
  fallen: readonly string[];
}

const NOTHING: readonly string[] = [];

/** A resource with its claims. */
interface Claimant {
  readonly made: MappedResource;
  readonly claims: readonly Claim[];
}

/** An element of a claimed profile, with what its References lead to. */
/** A need that only resources of one kind meet: `code.coding.code=8302-2`. */
const ANOTHER_CODE = /^[a-zA-Z.]*\.coding\.code=[^|]+$/;

interface Dependence {
  readonly claim: Claim;
  readonly element: ProfiledReference;
  readonly referred: readonly Claimant[];
}

/**
 * Writes the profiles that resources meet into their meta. A profile also asks something of what its elements refer to
 * (an author is to be a US Core Practitioner), so a claim falls with that of its target. Where a resource claims none of
 * the profiles that its mapping aims at, the reason is told.
 */
export function claimProfiles(run: ResourceMaker, resources: readonly MappedResource[]): void {
  const targets = profileTargets(run.mappings.usCore);
  const claimants = resources.map((made) => ({ made, claims: claimsOf(made, targets) }));
  // By its id, since the resource that a Reference was made for may have become part of another.
  const byReference = new Map(claimants.map((claimant) => [claimant.made.address, claimant]));
  let open = claimants.flatMap((claimant) => dependencesOf(claimant, byReference, targets));
  for (let before = -1; before !== open.length;) {
    before = open.length;
    open = open.filter(({ claim, element, referred }) => {
      if (referred.every((target) => isAllowed(target, element))) return true;
      claim.met = false;
      claim.fallen = [...claim.fallen, `${element.element} of such a profile`];
      return false;
    });
  }
  for (const { made, claims } of claimants) {
    const { resource, node } = made;
    const met = claims.filter((claim) => claim.met).map(({ profile }) => profile.url);
    if (met.length > 0) resource.meta = { ...resource.meta, profile: (resource.meta?.profile ?? []).concat(met) };
    else
      for (const { profile, fallen } of ofItsKind(resource, claims)) {
        const unmet = [...unmetNeeds(resource, profile), ...foreignStates(resource, profile.url, targets), ...fallen];
        run.warn(
          'profile-not-met',
          `${profile.url.split('/').pop() ?? ''} is not claimed: no ${unmet.join(', ')}`,
          node,
        );
      }
  }
}

/**
 * The claims that are about what the resource is: a weight needs nothing of the profile of a height. Where every profile
 * wants another code, all of them.
 */
function ofItsKind(resource: object, claims: readonly Claim[]): readonly Claim[] {
  const kin = claims.filter(({ profile }) => !unmetNeeds(resource, profile).some((need) => ANOTHER_CODE.test(need)));
  return kin.length > 0 ? kin : claims;
}

function claimsOf({ resource, mapping }: MappedResource, targets: ProfileTargets): Claim[] {
  return mapping.profiles.map((profile) => ({
    profile,
    met: profile.isMet(resource) && foreignStates(resource, profile.url, targets).length === 0,
    fallen: NOTHING,
  }));
}

/** The elements whose state is none of the United States: the profile, as validators read it, takes no other. */
function foreignStates(resource: object, profile: string, { stateElements }: ProfileTargets): string[] {
  return stateElements(profile)
    .filter(({ path }) => !valuesAt(resource, path).every((state) => isStateCode(String(state))))
    .map(({ element }) => `${element} of the United States`);
}

/** What the claims of a resource that still stand depend on: those elements only that refer to something. */
function dependencesOf(
  { made: { resource }, claims }: Claimant,
  byReference: ReadonlyMap<string, Claimant>,
  { profiledReferences }: ProfileTargets,
): Dependence[] {
  const found: Dependence[] = [];
  for (const claim of claims) {
    if (!claim.met) continue;
    for (const element of profiledReferences(claim.profile.url)) {
      const referred = valuesAt(resource, element.path)
        .map((value) => targetOf(value, byReference))
        .filter((target) => target !== undefined);
      if (referred.length > 0) found.push({ claim, element, referred });
    }
  }
  return found;
}

function targetOf(value: unknown, byReference: ReadonlyMap<string, Claimant>): Claimant | undefined {
  if (typeof value !== 'object' || value === null || !(TARGET in value)) return undefined;
  return byReference.get((value as { reference?: string }).reference ?? '');
}

function isAllowed({ made: { resource }, claims }: Claimant, { profiles }: ProfiledReference): boolean {
  return (
    claims.some(({ profile, met }) => met && profiles.has(profile.url)) ||
    resource.meta?.profile?.some((url) => profiles.has(url)) === true ||
    isBaseProfile(resource.resourceType, profiles)
  );
}

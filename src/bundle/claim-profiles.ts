import type { MappedResource } from '../mapping/mapped-resource.js';
import { unmetNeeds } from '../mapping/profiles.js';
import type { Run } from '../mapping/run.js';

/** Writes the profiles that a resource meets into its meta; one that it doesn't meet is told of, not claimed. */
export function claimProfiles(run: Run, { resource, mapping, node }: MappedResource): void {
  const met: string[] = [];
  for (const profile of mapping.profiles) {
    const unmet = unmetNeeds(resource, profile);
    if (unmet.length === 0) met.push(profile.url);
    else
      run.warn('profile-not-met', `${profile.url.split('/').pop() ?? ''} is not claimed: no ${unmet.join(', ')}`, node);
  }
  if (met.length > 0) resource.meta = { ...resource.meta, profile: [...(resource.meta?.profile ?? []), ...met] };
}

import type { MappedResource } from '../mapping/mapped-resource.js';

/** Claims the profiles of one guide with the version that they are of: `…/us-core-patient` -> `…/us-core-patient|8.0.1`. */
export function versionProfiles(resources: readonly MappedResource[], canonical: string, version: string): void {
  if (canonical === '' || version === '') return;
  for (const { resource } of resources) {
    if (resource.meta?.profile === undefined) continue;
    const profile = resource.meta.profile.map((url) => (url.startsWith(canonical) ? `${url}|${version}` : url));
    resource.meta = { ...resource.meta, profile };
  }
}

import type { Bundle } from 'fhir/r4.js';
import { forEachLeaf } from '../provenance/leaves.js';

/** The leaves of a Bundle's resources, under the names that the trace uses for them. */
export function leavesByPath(bundle: Bundle): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const { resource } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    forEachLeaf(resource, (path, value) => {
      const target = `${resource.resourceType}/${resource.id ?? ''}.${path}`;
      // The extensions beside a primitive (`_birthDate`) stand below its name.
      values.set(target, value);
    });
  }
  return values;
}

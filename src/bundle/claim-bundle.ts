import type { FhirResource } from 'fhir/r4.js';
import { ownValue } from '../own-value.js';

/**
 * The profiles of a document Bundle that go with those which its Composition claims.
 *
 * @param byComposition profile of a Composition -> profile of the Bundle: `…/eicr-composition` -> `…/eicr-document-bundle`
 */
export function bundleProfiles(
  resources: readonly FhirResource[],
  byComposition: Readonly<Record<string, string>>,
): string[] {
  const composition = resources.find(({ resourceType }) => resourceType === 'Composition');
  return (composition?.meta?.profile ?? [])
    .map((profile) => ownValue(byComposition, profile))
    .filter((profile) => profile !== undefined);
}

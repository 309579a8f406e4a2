import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import type { BundleType } from '../conversion.js';
import type { Primitive } from '../fhir/primitive.js';
import { setPrimitive } from '../fhir/primitive.js';
import { bundleProfiles } from './claim-bundle.js';
import { inElementOrder } from './element-order.js';

/** What a Bundle says about its source document. */
export interface BundleHeader {
  readonly identifier: Bundle['identifier'];
  /** An instant; where the document gives none, UTC is assumed and an extension says so. */
  readonly timestamp: Primitive<string> | undefined;
  /** What a document Bundle claims with what its Composition claims; see claim-bundle.ts. */
  readonly profiles?: Readonly<Record<string, string>>;
}

/**
 * Puts resources, each in FHIR's order, into a Bundle: `transaction` (PUT by id, so that loading twice changes nothing), `document` (Composition
 * first) or `collection`.
 */
export function assembleBundle(resources: readonly FhirResource[], type: BundleType, header: BundleHeader): Bundle {
  const bundle: Bundle = { resourceType: 'Bundle', type };
  if (type === 'document') {
    if (header.identifier !== undefined) bundle.identifier = header.identifier;
    setPrimitive(bundle, 'timestamp', header.timestamp);
    const profile = bundleProfiles(resources, header.profiles ?? {});
    if (profile.length > 0) bundle.meta = { profile };
  }
  // A document begins with its Composition (FHIR R4, bdl-11); readers of the others are glad of it, too.
  const ordered = [...resources].sort(
    (a, b) => Number(b.resourceType === 'Composition') - Number(a.resourceType === 'Composition'),
  );
  const entry = ordered.map((resource): BundleEntry => {
    const fullUrl = `urn:uuid:${resource.id ?? ''}`;
    if (type !== 'transaction') return { fullUrl, resource };
    return { fullUrl, resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` } };
  });
  return { ...inElementOrder(bundle), entry };
}

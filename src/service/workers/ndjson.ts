/** A resource on each line (FHIR Bulk Data Access 2.0), so that a loader needs no Bundle. */
import type { Bundle } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';

/** Outside a Bundle a `urn:uuid:` leads nowhere, so references become `Type/id`; the resources are changed in place. */
export function* ndjsonLines(bundle: Bundle): Generator<string> {
  const addresses = new Map<string, string>();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    if (fullUrl !== undefined && resource?.id !== undefined) {
      addresses.set(fullUrl, `${resource.resourceType}/${resource.id}`);
    }
  }
  for (const { resource } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    redirect(resource, addresses);
    yield `${writeJson(resource)}\n`;
  }
}

/** `reference` of a Reference, `url` of an Attachment that is a Binary of the Bundle. */
function redirect(value: object, addresses: ReadonlyMap<string, string>): void {
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (typeof item === 'object' && item !== null) redirect(item, addresses);
    else if (typeof item === 'string' && (key === 'reference' || key === 'url')) {
      const address = addresses.get(item);
      if (address !== undefined) (value as Record<string, unknown>)[key] = address;
    }
  }
}

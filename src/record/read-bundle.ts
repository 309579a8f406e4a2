import type { Bundle } from 'fhir/r4.js';
import { readJson } from '../bundle/read-json.js';

/**
 * The bytes as a FHIR Bundle of resources about somebody; undefined where they are anything else. A Bundle that is only the
 * envelope of a document is none: it is opened like any other envelope.
 */
export function readBundle(bytes: Uint8Array): Bundle | undefined {
  const first = bytes.find((byte) => byte > 0x20);
  if (first !== 0x7b) return undefined;
  try {
    const value = readJson(Buffer.from(bytes).toString('utf8')) as Partial<Bundle>;
    const about = value.entry?.some(({ resource }) => resource?.resourceType === 'Patient') ?? false;
    return value.resourceType === 'Bundle' && about ? (value as Bundle) : undefined;
  } catch {
    return undefined;
  }
}

import type { Bundle } from 'fhir/r4.js';
import { readJson } from '../bundle/read-json.js';
import { checkShape } from '../fhir/shape.js';

/**
 * The bytes as a FHIR Bundle of resources about somebody; undefined where they are anything else. A Bundle that is only the
 * envelope of a document is none: it is opened like any other envelope.
 *
 * @throws ShapeError where it is a Bundle that has not the shape of FHIR R4
 */
export function readBundle(bytes: Uint8Array): Bundle | undefined {
  const first = bytes.find((byte) => byte > 0x20);
  if (first !== 0x7b) return undefined;
  const value = bundleOf(Buffer.from(bytes).toString('utf8'));
  if (value === undefined) return undefined;
  checkShape(value);
  const about = value.entry?.some(({ resource }) => resource?.resourceType === 'Patient') ?? false;
  return about ? value : undefined;
}

function bundleOf(text: string): Bundle | undefined {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    // Several resources, a line each, are an envelope.
    return undefined;
  }
  return (value as Partial<Bundle> | null)?.resourceType === 'Bundle' ? (value as Bundle) : undefined;
}

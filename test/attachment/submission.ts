import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConverter } from '../../src/convert.js';
import type { Converter } from '../../src/conversion.js';
import type { Resource } from '../../src/attachment/read-resource.js';

export type Parameter = Readonly<Record<string, unknown>> & { readonly name: string };

let made: Converter | undefined;

export function converter(): Converter {
  return (made ??= createConverter());
}

export function sample(name: string): Buffer {
  return readFileSync(new URL(`../../samples/${name}.xml`, import.meta.url));
}

export function file(bytes: Buffer, more: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    content: [{ attachment: { contentType: 'text/xml', data: bytes.toString('base64'), ...more } }],
  };
}

export function sha1(bytes: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash('sha1').update(bytes).digest(encoding);
}

export const identifier = (value: string, system = 'https://payer.example/ids'): object => ({ system, value });

export function attachment(content: Resource, ...parts: Parameter[]): Parameter {
  return { name: 'Attachment', part: [...parts, { name: 'Content', resource: content }] };
}

/** A claim's submission; a change names a parameter, and takes it out where it is undefined. */
export function parameters(
  attachments: readonly Parameter[],
  changes: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = {},
): Resource {
  const usual: Record<string, Readonly<Record<string, unknown>> | undefined> = {
    TrackingId: { valueIdentifier: identifier('T-1') },
    AttachTo: { valueCode: 'claim' },
    PayerId: { valueIdentifier: identifier('P-1') },
    OrganizationId: { valueIdentifier: identifier('1999999992', 'http://hl7.org/fhir/sid/us-npi') },
    MemberId: { valueIdentifier: identifier('M-1') },
    ServiceDate: { valueDateTime: '2024-03-06' },
    ...changes,
  };
  return {
    resourceType: 'Parameters',
    parameter: [
      ...Object.entries(usual).flatMap(([name, value]) => (value === undefined ? [] : [{ name, ...value }])),
      ...attachments,
    ],
  };
}

/**
 * The resources of a Bundle in the form for receivers: each by itself, with its hash, and with references of the form
 * `Type/id`.
 */
import { createHash } from 'node:crypto';
import type { Bundle, Resource } from 'fhir/r4.js';
import { readJson } from '../bundle/read-json.js';
import { writeJson } from '../bundle/write-json.js';

export interface Entry {
  readonly type: string;
  readonly id: string;
  readonly resource: Resource;
  readonly json: string;
  /** The hash of its JSON. 16 bytes are enough to see a change. */
  readonly hash: Uint8Array;
  /** `Type/id` of each resource that it refers to. */
  readonly references: readonly string[];
}

/**
 * The entries of a Bundle.
 * @param bytes the Bundle as JSON
 */
export function entriesOf(bytes: Uint8Array): Entry[] {
  const bundle = readJson(Buffer.from(bytes).toString('utf8')) as Bundle;
  const addresses = new Map<string, string>();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    if (fullUrl !== undefined && resource?.id !== undefined)
      addresses.set(fullUrl, `${resource.resourceType}/${resource.id}`);
  }
  const known = new Set(addresses.values());
  return (bundle.entry ?? []).flatMap(({ resource }) => {
    if (resource?.id === undefined) return [];
    const references = new Set<string>();
    mapReferences(resource, (text) => {
      const address = addresses.get(text) ?? text;
      if (known.has(address)) references.add(address);
      return address;
    });
    return [entryOf(resource, [...references])];
  });
}

export function entryOf(resource: Resource, references: readonly string[]): Entry {
  const json = writeJson(resource);
  const hash = new Uint8Array(createHash('sha256').update(json).digest().subarray(0, 16));
  return { type: resource.resourceType, id: resource.id ?? '', resource, json, hash, references };
}

export function addressOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}/${id}`;
}

/** The ids of resources, by type. */
export function idsByType(
  resources: readonly { readonly type: string; readonly id: string }[],
): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { type, id } of resources) lists.set(type, [...(lists.get(type) ?? []), id]);
  return Object.fromEntries(lists);
}

/**
 * The resources that belong to this patient alone: the Patient, what refers to the Patient, and what refers to those (a
 * Provenance). Other resources, such as a practitioner, may also be in documents of other patients.
 */
export function ofPatientAlone(entries: readonly Entry[], patient: string | undefined): ReadonlySet<string> {
  const own = new Set<string>(patient === undefined ? [] : [patient]);
  for (let before = -1; before < own.size;) {
    before = own.size;
    for (const entry of entries) if (entry.references.some((one) => own.has(one))) own.add(addressOf(entry));
  }
  return own;
}

/** Changes every `reference` of a Reference and `url` of an Attachment, in place. */
export function mapReferences(value: object, change: (text: string) => string): void {
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (typeof item === 'object' && item !== null) mapReferences(item, change);
    else if (typeof item === 'string' && (key === 'reference' || key === 'url'))
      (value as Record<string, unknown>)[key] = change(item);
  }
}

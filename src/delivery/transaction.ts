/** Writes the transaction Bundles that a FHIR server gets. */
import { readJson } from '../bundle/read-json.js';
import { writeJson } from '../bundle/write-json.js';
import { addressOf, mapReferences, type Entry } from './entries.js';
import type { Outdated } from './outdated.js';

/**
 * How a resource is found again on the server: under its own id (`PUT Type/id`); or, on servers that give ids
 * themselves, by a tag (`PUT Type?_tag=urn:cairn|id`).
 */
export type Upsert = 'id' | 'tag';

const TAG_SYSTEM = 'urn:cairn';

export function transactionText(entries: readonly Entry[], upsert: Upsert): string {
  return bundleText(upsert === 'id' ? entries.map(putById) : taggedEntries(entries));
}

export function removalText({ gone, superseded }: Outdated, upsert: Upsert): string {
  const puts = upsert === 'id' ? superseded.map(putById) : taggedEntries(superseded);
  return bundleText([...puts, ...gone.map((one) => deleteOf(one, upsert))]);
}

export function deletionText(gone: Outdated['gone'], upsert: Upsert): string {
  return bundleText(gone.map((one) => deleteOf(one, upsert)));
}

function deleteOf({ type, id }: Outdated['gone'][number], upsert: Upsert): string {
  return JSON.stringify({ request: { method: 'DELETE', url: upsert === 'id' ? `${type}/${id}` : byTag(type, id) } });
}

function putById({ type, id, json }: Entry): string {
  return `{"resource":${json},"request":{"method":"PUT","url":"${type}/${id}"}}`;
}

function taggedEntries(entries: readonly Entry[]): string[] {
  const here = new Set(entries.map(addressOf));
  return entries.map(({ type, id, json }) => {
    const resource = readJson(json) as { id?: string; meta?: { tag?: object[] } };
    delete resource.id;
    resource.meta = { ...resource.meta, tag: [...(resource.meta?.tag ?? []), { system: TAG_SYSTEM, code: id }] };
    mapReferences(resource, (reference) => {
      if (here.has(reference)) return `urn:uuid:${reference.slice(reference.indexOf('/') + 1)}`;
      const match = /^([A-Za-z]+)\/([0-9a-f-]{36})$/.exec(reference);
      return match === null ? reference : byTag(match[1]!, match[2]!);
    });
    return writeJson({ fullUrl: `urn:uuid:${id}`, resource, request: { method: 'PUT', url: byTag(type, id) } });
  });
}

function byTag(type: string, id: string): string {
  return `${type}?_tag=${encodeURIComponent(`${TAG_SYSTEM}|${id}`)}`;
}

function bundleText(entries: readonly string[]): string {
  return `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`;
}

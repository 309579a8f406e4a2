import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Value } from '../xpath/context.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * What mappings can say of the source and of Cairn itself, as XPath variables: `$size` in bytes, `$sha1` as FHIR's
 * Attachment.hash wants it, `$sha256` as an RFC 6920 URI, `$version`, `$mappings` (hash of the mapping set), `$sender`: who
 * handed the document over, as whoever converts it says; empty where nobody does; `$part`: whether an authorship is that
 * of a part of a statement (see authorship.ts).
 */
export function sourceVariables(bytes: Uint8Array, mappingHash: string, sender = ''): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['size', bytes.length],
    ['sha1', createHash('sha1').update(bytes).digest('base64')],
    ['sha256', `ni:///sha-256;${createHash('sha256').update(bytes).digest('base64url')}`],
    ['version', version],
    ['mappings', mappingHash],
    ['sender', sender],
    ['part', ''],
  ]);
}

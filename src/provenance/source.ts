import { createHash } from 'node:crypto';
import type { ConvertOptions } from '../conversion.js';
import { VERSION } from '../version.js';
import type { Value } from '../xpath/context.js';

/**
 * The XPath variables of mappings about the source and about Cairn.
 * - `$size`: in bytes.
 * - `$sha1`: as Attachment.hash has it.
 * - `$sha256`: as an RFC 6920 URI.
 * - `$version`: of Cairn.
 * - `$mappings`: the hash of the mapping set.
 * - `$sender`: who handed the document over, as the caller says; empty if the caller does not say.
 * - `$part`: whether an authorship is that of a part of a statement (see authorship.ts).
 * - `$way`, `$messageControl`, `$traceNumber`, `$uniqueId`: what the envelopes around the document say (see
 *   unwrap/part.ts).
 */
export function sourceVariables(
  bytes: Uint8Array,
  mappingHash: string,
  { sender, envelope }: Pick<ConvertOptions, 'sender' | 'envelope'> = {},
): ReadonlyMap<string, Value> {
  const { messageControl = '', traceNumber = '', uniqueId = '', sentBy = '' } = envelope?.facts ?? {};
  return new Map<string, Value>([
    ['size', bytes.length],
    ['sha1', createHash('sha1').update(bytes).digest('base64')],
    ['sha256', `ni:///sha-256;${createHash('sha256').update(bytes).digest('base64url')}`],
    ['version', VERSION],
    ['mappings', mappingHash],
    ['sender', sender ?? sentBy],
    ['way', envelope?.way ?? ''],
    ['messageControl', messageControl],
    ['traceNumber', traceNumber],
    ['uniqueId', uniqueId],
    ['part', ''],
  ]);
}

/**
 * API keys. The settings hold only their SHA-256. A slow hash would protect nothing more, because a key is 256 random
 * bits and can't be guessed.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Client } from '../context.js';
import type { ApiKey } from '../settings/schema.js';
import { keyScopes, OPERATOR_SCOPES, PLAIN_SCOPES, type Right } from './rights.js';
import { grants } from './scopes.js';

export function hashOfKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** Makes a new key: the key for its owner, and its line for the settings. */
export function newApiKey(): { key: string; hash: string } {
  const key = `cairn_${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashOfKey(key) };
}

/** Looks up a key. The time that it takes depends neither on the key nor on where it matches. */
export function createKeyCheck(keys: readonly ApiKey[]): (presented: string) => Client | undefined {
  const known = keys.map((key) => ({ key, hash: Buffer.from(key.hash, 'hex') }));
  return (presented) => {
    const hash = Buffer.from(hashOfKey(presented), 'hex');
    let match: ApiKey | undefined;
    for (const candidate of known) if (timingSafeEqual(candidate.hash, hash)) match = candidate.key;
    if (match === undefined) return undefined;
    const held = scopesOf(match);
    const may = (right: Right): boolean => grants(held, keyScopes[right]);
    return {
      name: match.name,
      bucket: `key ${match.name}`,
      sender: match.sender,
      requestsPerMinute: match.requestsPerMinute,
      tenant: match.tenant ?? '',
      // The key of a tenant sees only that tenant, even if it may act for others.
      isOfAll: match.tenant === undefined && may('tenants'),
      may,
    };
  };
}

function scopesOf({ scopes, operate }: ApiKey): string {
  return scopes?.join(' ') ?? (operate === true ? OPERATOR_SCOPES : PLAIN_SCOPES);
}

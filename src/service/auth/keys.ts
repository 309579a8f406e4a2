/**
 * API keys. The settings hold their SHA-256 alone: a key is 256 random bits, so there is nothing to guess that a
 * slow hash would protect.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Client } from '../context.js';
import type { ApiKey } from '../settings/schema.js';
import { keyScopes, OPERATOR_SCOPES, PLAIN_SCOPES, type Right } from './rights.js';
import { grants } from './scopes.js';

export function hashOfKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** A new key, to be given to its owner, and its line for the settings. */
export function newKey(): { key: string; hash: string } {
  const key = `cairn_${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashOfKey(key) };
}

/** Looks a key up in a time that depends on neither the key nor the place of its match. */
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
      // A key of a tenant is that tenant's, also where it may act for others.
      isOfAll: match.tenant === undefined && may('tenants'),
      may,
    };
  };
}

function scopesOf({ scopes, operate }: ApiKey): string {
  return scopes?.join(' ') ?? (operate === true ? OPERATOR_SCOPES : PLAIN_SCOPES);
}

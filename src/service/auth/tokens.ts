/** JWT bearer tokens, as SMART backend services send them (RFC 7519, RFC 9068, SMART Backend Services). */
import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Client } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Settings } from '../settings/schema.js';
import type { Right } from './rights.js';
import { grants } from './scopes.js';
import { tenantPattern } from '../settings/tenant-name.js';

/** Only signatures by key pairs. A shared secret would be known to everybody who checks a token. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

type Jwt = NonNullable<Settings['jwt']>;

/** The keys by which tokens are signed, read from a file or fetched and kept. All guards of a service share them. */
export function signingKeysOf({ jwks }: Jwt): JWTVerifyGetKey {
  return jwks.startsWith('https://')
    ? createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5000 })
    : createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
}

/**
 * Makes a function that says who sent a token; undefined if the token is not valid.
 *
 * It throws ServiceError 403 if the token is valid but names no tenant although it must. It throws 503 if the signing
 * keys can't be fetched, so that clients don't throw away a good token.
 */
export function createTokenCheck(
  { issuer, audience, tenantClaim }: Jwt,
  keys: JWTVerifyGetKey,
  scopes: Readonly<Record<Right, string>>,
): (token: string) => Promise<Client | undefined> {
  return async (token) => {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        clockTolerance: 30,
      }));
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return undefined;
      throw new ServiceError(503, 'transient', 'Tokens cannot be checked at the moment.', {
        headers: { 'Retry-After': '10' },
        reason: 'the JWKS could not be fetched',
      });
    }
    const held = scopesOf(payload);
    const may = (right: Right): boolean => grants(held, scopes[right]);
    const tenant = tenantClaim === undefined ? '' : tenantIn(payload, tenantClaim);
    if (tenant === undefined && !may('tenants'))
      throw new ServiceError(403, 'forbidden', `The token names no tenant in ${tenantClaim!}.`);
    const subject = textOf(payload.sub) ?? textOf(payload.client_id);
    return {
      name: subject?.slice(0, 128) ?? 'token without subject',
      bucket: `token ${subject ?? ''}`,
      tenant: tenant ?? '',
      isOfAll: tenant === undefined,
      may,
    };
  };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}

function tenantIn(payload: JWTPayload, claim: string): string | undefined {
  const tenant = textOf(payload[claim]);
  return tenant !== undefined && tenantPattern.test(tenant) ? tenant : undefined;
}

/** The scopes: a text with spaces (RFC 8693 4.2), or a list, which some servers send. */
function scopesOf(payload: JWTPayload): string {
  const scope = payload.scope ?? payload.scp;
  if (typeof scope === 'string') return scope;
  return Array.isArray(scope) ? scope.filter((item) => typeof item === 'string').join(' ') : '';
}

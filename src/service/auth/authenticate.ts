/**
 * Who sends the request? An API key says so (`X-API-Key`, or as bearer token), or a token. If none is configured, the
 * client is known only by its address.
 */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import type { JWTVerifyGetKey } from 'jose';
import { contextOf, type Client } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Settings } from '../settings/schema.js';
import { createKeyCheck } from './keys.js';
import { keyScopes, tokenScopes, type Right } from './rights.js';
import { withTenant } from './tenant.js';
import { createTokenCheck } from './tokens.js';

const MINUTE = 60_000;

export function isGuarded(settings: Settings): boolean {
  return settings.keys.length > 0 || settings.jwt !== undefined;
}

/**
 * Puts the client into the request's context, or answers 401, 403 or 429.
 *
 * @param keys the keys by which tokens are signed
 * @param needed the rights, of which one is enough. Example: whoever may convert does not thereby get the right to read
 */
export function authenticate(
  settings: Settings,
  keys: JWTVerifyGetKey | undefined,
  needed: readonly Right[],
  onRefused: (address: string) => void = () => undefined,
): RequestHandler {
  if (!isGuarded(settings)) {
    return (request, _response, next) => {
      const address = addressOf(request);
      const client = { name: address, bucket: `address ${address}`, tenant: '', isOfAll: true, may: () => true };
      contextOf(request).client = withTenant(request, client);
      next();
    };
  }
  const checkKey = createKeyCheck(settings.keys);
  const { jwt } = settings;
  const checkToken =
    jwt === undefined || keys === undefined ? undefined : createTokenCheck(jwt, keys, tokenScopes(jwt));
  const failures = new MemoryStore();
  failures.init({ windowMs: MINUTE } as Options);

  async function identify(request: Request): Promise<Client | undefined> {
    const key = request.get('x-api-key');
    if (key !== undefined) return checkKey(key);
    const bearer = /^Bearer +([^\s]+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (bearer === undefined) return undefined;
    // A JWT has three parts; a key has no dots.
    return bearer.includes('.') ? checkToken?.(bearer) : checkKey(bearer);
  }

  return async (request, _response, next) => {
    // The login is checked before the limit of failed logins. Behind a proxy, somebody who guesses keys has the same
    // address as clients with good keys, and these must get in. It is safe: a key is 256 random bits and a token is
    // signed, so guessing leads nowhere.
    const client = await identify(request);
    if (client === undefined) {
      const { totalHits } = await failures.increment(addressOf(request));
      // Somebody who goes on guessing must not fill the audit.
      if (totalHits <= settings.limits.failedLoginsPerMinute) onRefused(addressOf(request));
      if (totalHits > settings.limits.failedLoginsPerMinute) {
        throw new ServiceError(429, 'throttled', 'Too many refused keys or tokens from this address.', {
          headers: { 'Retry-After': '60' },
        });
      }
      throw new ServiceError(401, 'login', 'A valid API key (X-API-Key) or bearer token is needed.', {
        headers: { 'WWW-Authenticate': 'Bearer realm="cairn"' },
      });
    }
    if (!needed.some((right) => client.may(right))) throw lacks(client, needed[0]!);
    contextOf(request).client = withTenant(request, client);
    next();
  };

  function lacks({ bucket }: Client, right: Right): ServiceError {
    if (!bucket.startsWith('token ') || jwt === undefined)
      return new ServiceError(403, 'forbidden', `This key does not grant ${keyScopes[right]}.`);
    const scope = tokenScopes(jwt)[right];
    return new ServiceError(403, 'forbidden', `The token does not grant ${scope}.`, {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }
}

/** The client's address. For IPv6 its network, because one client may have all addresses of a network. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? 'unknown');
}

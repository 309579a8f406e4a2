import type { Request } from 'express';
import { contextOf, type Client } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { tenantPattern } from '../settings/tenant-name.js';

const HEADER = 'cairn-tenant';

/** For whom a request is done; `''` where tenants are not told apart. */
export function tenantOf(request: Request): string {
  return contextOf(request).client?.tenant ?? '';
}

/** The tenant alone, or undefined where all of them are meant: who may act for all, and named none. */
export function scopeOf(request: Request): string | undefined {
  const client = contextOf(request).client;
  return client?.isOfAll === true ? undefined : (client?.tenant ?? '');
}

/**
 * Who may act for every tenant says for which by the header `Cairn-Tenant`; of others it may say what is so anyway.
 *
 * @throws ServiceError 400, 403
 */
export function withTenant(request: Request, client: Client): Client {
  const named = request.get(HEADER);
  if (named === undefined) return client;
  if (!tenantPattern.test(named)) throw new ServiceError(400, 'value', 'Cairn-Tenant must be the name of a tenant.');
  if (named === client.tenant) return { ...client, isOfAll: false };
  if (!client.may('tenants'))
    throw new ServiceError(403, 'forbidden', 'This client may not act for another tenant (cairn/tenants).');
  return { ...client, tenant: named, isOfAll: false };
}

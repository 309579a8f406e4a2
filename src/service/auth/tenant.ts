import type { Request } from 'express';
import { contextOf, type Client } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { tenantPattern } from '../settings/tenant-name.js';

const HEADER = 'cairn-tenant';

/** The tenant of a request; `''` if there are no tenants. */
export function tenantOf(request: Request): string {
  return contextOf(request).client?.tenant ?? '';
}

/**
 * The tenant of a request. Undefined if the request is about all tenants: the client may act for all, and named none.
 */
export function scopeOf(request: Request): string | undefined {
  const client = contextOf(request).client;
  return client?.isOfAll === true ? undefined : (client?.tenant ?? '');
}

/**
 * A client that may act for every tenant names one by the header `Cairn-Tenant`. Any other client may only name its
 * own.
 *
 * An empty name is that of documents without a tenant.
 *
 * @throws ServiceError 400, 403
 */
export function withTenant(request: Request, client: Client): Client {
  const named = request.get(HEADER);
  if (named === undefined) return client;
  if (named !== '' && !tenantPattern.test(named))
    throw new ServiceError(400, 'value', 'Cairn-Tenant must be the name of a tenant.');
  if (named === client.tenant) return { ...client, isOfAll: false };
  if (!client.may('tenants'))
    throw new ServiceError(403, 'forbidden', 'This client may not act for another tenant (cairn/tenants).');
  return { ...client, tenant: named, isOfAll: false };
}

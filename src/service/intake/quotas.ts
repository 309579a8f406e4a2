/** How much of a tenant is taken in: so many documents a minute on each node, so many megabytes in the store. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';
import type { TenantQuota } from '../settings/schema.js';

export interface Quotas {
  /** Before a body is read. @throws ServiceError 429 or 507, with Retry-After */
  check(tenant: string): Promise<void>;
  /** Waits until there is room in the minute; for what nobody waits for. @throws ServiceError 507 */
  wait(tenant: string): Promise<void>;
  /** A document was taken in. */
  note(tenant: string, bytes: number): void;
}

const MINUTE = 60_000;
const MEGABYTE = 1_000_000;

/** What other nodes took in, and what was purged, is looked for so often. */
const LOOK_MILLISECONDS = 10_000;

/** Space does not come back by itself within seconds. */
const FULL_SECONDS = 300;

interface Used {
  /** When the documents of the last minute came, the oldest first. */
  times: number[];
  bytes: number;
  looked: number;
}

/** @param quotas by tenant; that of `*` is for those who have none of their own */
export function createQuotas(store: Store, quotas: readonly TenantQuota[], clock: () => number = Date.now): Quotas {
  const byName = new Map(quotas.map((quota) => [quota.name, quota]));
  const used = new Map<string, Used>();

  function quotaOf(tenant: string): TenantQuota | undefined {
    return byName.get(tenant) ?? byName.get('*');
  }

  function usedBy(tenant: string): Used {
    let found = used.get(tenant);
    if (found === undefined) used.set(tenant, (found = { times: [], bytes: 0, looked: -Infinity }));
    return found;
  }

  /** How long until there is room in the minute; 0 where there is. */
  function waitOf(tenant: string): number {
    const most = quotaOf(tenant)?.documentsPerMinute;
    if (most === undefined) return 0;
    const own = usedBy(tenant);
    const now = clock();
    own.times = own.times.filter((time) => time > now - MINUTE);
    return own.times.length < most ? 0 : own.times[own.times.length - most]! + MINUTE - now;
  }

  async function checkSpace(tenant: string): Promise<void> {
    const most = quotaOf(tenant)?.storedMegabytes;
    if (most === undefined) return;
    const own = usedBy(tenant);
    if (clock() - own.looked > LOOK_MILLISECONDS) {
      own.looked = clock();
      own.bytes = await store.of(tenant).ask('storedBytes');
    }
    if (own.bytes < most * MEGABYTE) return;
    throw new ServiceError(
      507,
      'too-costly',
      `The store holds the ${most} MB of documents that it may hold for this tenant; nothing more is taken until some are let go or purged.`,
      { headers: { 'Retry-After': String(FULL_SECONDS) } },
    );
  }

  return {
    async check(tenant) {
      const wait = waitOf(tenant);
      if (wait > 0) {
        throw new ServiceError(
          429,
          'throttled',
          `This tenant may send ${quotaOf(tenant)!.documentsPerMinute!} documents a minute.`,
          { headers: { 'Retry-After': String(Math.ceil(wait / 1000)) } },
        );
      }
      await checkSpace(tenant);
    },
    async wait(tenant) {
      for (let wait = waitOf(tenant); wait > 0; wait = waitOf(tenant)) await delay(Math.min(wait, 1000));
      await checkSpace(tenant);
    },
    note(tenant, bytes) {
      const quota = quotaOf(tenant);
      if (quota === undefined) return;
      const own = usedBy(tenant);
      own.bytes += bytes;
      if (quota.documentsPerMinute !== undefined) own.times.push(clock());
    },
  };
}

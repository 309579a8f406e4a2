/** How much a tenant may send: so many documents a minute on each node, and so many megabytes in the store. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';
import type { TenantQuota } from '../settings/schema.js';

export interface Quotas {
  /**
   * Called before a body is read.
   * @throws ServiceError 429 or 507, with Retry-After
   */
  check(tenant: string): Promise<void>;
  /**
   * Waits until the tenant may send again in this minute. For feeds, where no client waits for an answer.
   * @throws ServiceError 507
   */
  wait(tenant: string): Promise<void>;
  /** Counts a document that was taken in. */
  note(tenant: string, bytes: number): void;
}

const MINUTE = 60_000;
const MEGABYTE = 1_000_000;

/** How often it is looked up what other nodes took in and what was purged. */
const LOOK_MILLISECONDS = 10_000;

/** For Retry-After when the store is full: space does not become free within seconds. */
const FULL_SECONDS = 300;

interface Used {
  /** The times of the last minute at which documents came, the oldest first. */
  times: number[];
  bytes: number;
  looked: number;
}

/**
 * The quotas of all tenants.
 * @param quotas by tenant; the one of `*` is for tenants without their own
 */
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

  /** How long to wait until the tenant may send again; 0 if it may send now. */
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

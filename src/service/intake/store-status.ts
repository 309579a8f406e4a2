import type { StoredReceiver } from '../../store/operations/receivers.js';
import type { Store } from '../../store/store.js';
import { isOfTenant } from '../delivery/meant-for.js';
import type { Settings } from '../settings/schema.js';
import type { Intake } from './intake.js';

/**
 * How much is in the store, how much is waiting, and the state of the receivers. `GET /store` answers this, and the
 * page shows it.
 *
 * @param tenant undefined for all tenants
 */
export async function storeStatusOf(
  { receivers: named }: Pick<Settings, 'receivers'>,
  { store }: Pick<Intake, 'store'>,
  tenant: string | undefined,
): Promise<object> {
  const { states, waiting, oldest } =
    tenant === undefined ? await store.ask('numbers') : await store.of(tenant).ask('numbersOf');
  const own = named.filter(({ when }) => tenant === undefined || isOfTenant(when?.tenants, tenant));
  const receivers = await Promise.all(own.map(({ name }) => receiverFor(store, name, tenant)));
  return { states, waiting, oldest: oldest === undefined ? null : new Date(oldest).toISOString(), receivers };
}

/** The state of a receiver, with the number of documents that wait for it, of a tenant or of all. */
export async function receiverFor(store: Store, name: string, tenant: string | undefined): Promise<StoredReceiver> {
  const all = await store.ask('receiverOf', name);
  return tenant === undefined ? all : { ...all, ...(await store.of(tenant).ask('backlogOf', name)) };
}

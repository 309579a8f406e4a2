import type { RemovedResource, ToldPage } from '../store/operations/plan-removals.js';
import type { Removal } from '../store/operations/removals.js';
import type { Task } from '../store/records.js';
import type { Store } from '../store/store.js';
import { addressOf, idsByType } from './entries.js';

/** Which of the resources other documents of the tenant also have, or other tenants have sent to this receiver. */
export async function toldByOthers(
  store: Store,
  { tenant, receiver }: Task,
  removal: Removal,
): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  const look = async (resources: readonly RemovedResource[], patient: string | undefined): Promise<void> => {
    let after: number | undefined = 0;
    while (after !== undefined) {
      const rest = resources.map(addressOf).filter((address) => !told.has(address));
      if (rest.length === 0) return;
      const page: ToldPage = await store.of(tenant).ask('toldElsewhere', rest, patient, after);
      for (const address of page.found) told.add(address);
      after = page.next;
    }
  };
  const { resources, patient } = removal;
  if (patient !== undefined) await look(resources, patient);
  // A resource about this patient alone is in no other patient's document, so it need not be looked for there.
  const shared = resources.filter(({ isOwn }) => patient === undefined || !isOwn);
  await look(shared, undefined);
  for (const address of await store.ask('toldByOtherTenants', tenant, receiver, idsByType(resources)))
    told.add(address);
  return told;
}

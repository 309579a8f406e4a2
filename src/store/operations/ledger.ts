/** The ledger of deliveries: what each receiver has of a tenant, resource by resource. */
import type { Database } from '../database.js';
import type { ResourceList, Task } from '../records.js';

export interface LedgerRow {
  readonly type: string;
  readonly id: string;
  readonly hash: Uint8Array;
  readonly orderKey: string;
}

/** What a receiver has of these resources. */
export async function deliveryLedgerOf(
  database: Database,
  receiver: string,
  resources: ResourceList,
): Promise<readonly LedgerRow[]> {
  const found: LedgerRow[] = [];
  for (const [type, ids] of Object.entries(resources)) {
    for (const id of ids) {
      const row = await database.first(
        'select hash, order_key from delivered where tenant = :tenant and receiver = ? and type = ? and id = ?',
        [receiver, type, id],
      );
      if (row !== undefined) found.push({ type, id, hash: row.hash as Uint8Array, orderKey: String(row.order_key) });
    }
  }
  return found;
}

export interface LedgerChange {
  /** What the receiver has now. */
  readonly put: readonly LedgerRow[];
  /** What it no longer has. */
  readonly gone: readonly { readonly type: string; readonly id: string }[];
}

/** Writes down what the receiver has taken. After a crash only the rest is sent. */
export async function noteDelivered(
  database: Database,
  task: Pick<Task, 'document' | 'receiver'>,
  { put, gone }: LedgerChange,
  now: number,
): Promise<void> {
  for (const { type, id, hash, orderKey } of put) {
    await database.run(
      `insert into delivered(tenant, receiver, type, id, hash, order_key, document, at) values (:tenant, ?, ?, ?, ?, ?, ?, ?)
       on conflict (tenant, receiver, type, id) do update set hash = excluded.hash, order_key = excluded.order_key,
         document = excluded.document, at = excluded.at`,
      [task.receiver, type, id, hash, orderKey, task.document, now],
    );
  }
  for (const { type, id } of gone) {
    await database.run('delete from delivered where tenant = :tenant and receiver = ? and type = ? and id = ?', [
      task.receiver,
      type,
      id,
    ]);
  }
}

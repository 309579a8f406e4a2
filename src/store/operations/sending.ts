/**
 * Documents of two patients may have the same practitioner. So two nodes must not send the same resource at once, or
 * the older version could arrive last. A task that sends a resource holds it as long as it runs.
 */
import type { Database } from '../database.js';
import type { Task } from '../records.js';

/** Takes all of them or none. Answers false if another task has one of them now. */
export async function takeAddresses(
  database: Database,
  { id, attempt, receiver }: Task,
  addresses: readonly string[],
): Promise<boolean> {
  await database.lock(`sending ${receiver}`);
  for (const address of addresses) {
    const other = await database.first(
      `select 1 as found from sending join task on task.id = sending.task and task.attempt = sending.attempt and task.state = 'running'
       where sending.tenant = :tenant and sending.receiver = ? and sending.address = ? and sending.task <> ?`,
      [receiver, address, id],
    );
    if (other !== undefined) return false;
  }
  for (const address of addresses) {
    await database.run(
      `insert into sending(tenant, receiver, address, task, attempt) values (:tenant, ?, ?, ?, ?)
       on conflict (tenant, receiver, address) do update set task = excluded.task, attempt = excluded.attempt`,
      [receiver, address, id, attempt],
    );
  }
  return true;
}

export async function dropAddresses(database: Database, { id, attempt }: Task): Promise<void> {
  await database.run('delete from sending where tenant = :tenant and task = ? and attempt = ?', [id, attempt]);
}

/** Gives out the tasks of all tenants. The work for a task is then done for its tenant only. */
import type { Task, TaskKind } from '../records.js';
import type { Database } from '../database.js';
import { taskFrom } from './tasks.js';

/** How long a task is lent. Whoever works on it renews that; otherwise another node may take it afterwards. */
export const LEASE_MILLISECONDS = 15_000;

/**
 * Called after a crash. Tasks that were running are ready again, because one process has the file and that process is
 * new.
 */
export async function recover(database: Database): Promise<number> {
  await database.run("update document set state = 'received' where state = 'converting'");
  await letNoneWait(database);
  return await database.run("update task set state = 'ready', lease = null, worker = null where state = 'running'");
}

/**
 * Makes everything due that waits for a later time. This is for a clock that was set back: what was due before would
 * otherwise wait until the clock says so again. To try again too early does no harm.
 */
export async function letNoneWait(database: Database): Promise<void> {
  const { clock } = database.dialect;
  await database.run(`update task set due = ${clock} where state = 'ready' and due > ${clock}`);
}

/** Takes the next tasks of these kinds. Of equal priority, the oldest comes first. */
export async function claim(
  database: Database,
  kinds: readonly TaskKind[],
  most: number,
  now: number,
): Promise<Task[]> {
  await takeBack(database);
  const rows = await database.all(
    `with next as (
       select id from task where kind in (${kinds.map(() => '?').join(', ')}) and state = 'ready' and ${isDue(database)}
       order by priority, due, id limit ? ${database.dialect.skipLocked})
     update task set ${lent(database)} where id in (select id from next) returning *`,
    [...kinds, now, most],
  );
  const tasks = rows.map(taskFrom);
  await markAsConverting(database, tasks);
  return tasks.sort((one, other) => one.id - other.id);
}

/**
 * A document that is converted again keeps its state until the new result is there, because its old result is still
 * current.
 */
async function markAsConverting(database: Database, tasks: readonly Task[]): Promise<void> {
  const byTenant = new Map<string, string[]>();
  for (const { tenant, document } of tasks) byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), document]);
  for (const [tenant, documents] of byTenant) {
    const ids = documents.map(() => '?').join(', ');
    await database
      .of(tenant)
      .run(
        `update document set state = 'converting' where tenant = :tenant and id in (${ids}) and state = 'received'`,
        documents,
      );
  }
}

/** Due by the clock of the database or by that of the caller, so that a node whose clock is slow need not wait. */
export function isDue({ dialect }: Database): string {
  return `due <= (select ${dialect.most('?', dialect.clock)})`;
}

/** What is written into a task that is taken. */
export function lent({ dialect }: Database): string {
  return `state = 'running', attempt = attempt + 1, lease = ${dialect.clock} + ${LEASE_MILLISECONDS}`;
}

/**
 * Makes tasks ready again whose node has not been heard of. If one process has the store, that is the process itself.
 */
export async function takeBack(database: Database): Promise<void> {
  const { isShared, clock } = database.dialect;
  // The clock is read once in a subselect, so that the index of leases is used.
  if (isShared)
    await database.run(
      `update task set state = 'ready', lease = null where state = 'running' and lease < (select ${clock})`,
    );
}

/** Renews tasks that are still being worked on. Tasks that another node has taken meanwhile are not touched. */
export async function renew(database: Database, tasks: readonly Pick<Task, 'id' | 'attempt'>[]): Promise<void> {
  for (const { id, attempt } of tasks) {
    await database.run(
      `update task set lease = ${database.dialect.clock} + ${LEASE_MILLISECONDS} where id = ? and attempt = ? and state = 'running'`,
      [id, attempt],
    );
  }
}

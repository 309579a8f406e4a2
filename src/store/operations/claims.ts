/** Tasks of all tenants, given out to who works on them: what is done for a task is done for its tenant alone. */
import type { Task, TaskKind } from '../records.js';
import type { Database } from '../database.js';
import { taskFrom } from './tasks.js';

/** A task is lent for so long, and is renewed by who works on it; then another node may have it. */
export const LEASE_MILLISECONDS = 15_000;

/** After a crash nothing is left between two states: what was running is ready again. One process owns the file. */
export async function recover(database: Database): Promise<number> {
  await database.run("update document set state = 'received' where state = 'converting'");
  await letNoneWait(database);
  return await database.run("update task set state = 'ready', lease = null, worker = null where state = 'running'");
}

/**
 * What waits for a time that is yet to come is due now. For a clock that was set back: what it said was due before would wait until it
 * says so again. Trying again too early does no harm.
 */
export async function letNoneWait(database: Database): Promise<void> {
  const { clock } = database.dialect;
  await database.run(`update task set due = ${clock} where state = 'ready' and due > ${clock}`);
}

/** Takes the next tasks of these kinds; of equal priority the oldest first. */
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
  await tellThatTheyAreConverted(database, tasks);
  return tasks.sort((one, other) => one.id - other.id);
}

/** A document that is converted anew keeps its state until the new result is there: what it told is still current. */
async function tellThatTheyAreConverted(database: Database, tasks: readonly Task[]): Promise<void> {
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

/** By the clock of the database, or by that of who asks: a node whose clock is slow must not wait for what is due to all others. */
export function isDue({ dialect }: Database): string {
  return `due <= (select ${dialect.most('?', dialect.clock)})`;
}

/** What is written of a task that somebody takes. */
export function lent({ dialect }: Database): string {
  return `state = 'running', attempt = attempt + 1, lease = ${dialect.clock} + ${LEASE_MILLISECONDS}`;
}

/** Tasks whose node has not been heard of are ready again; where one process has the store, it is that process itself. */
export async function takeBack(database: Database): Promise<void> {
  const { isShared, clock } = database.dialect;
  // The clock is asked once, so that the index of leases is used.
  if (isShared)
    await database.run(
      `update task set state = 'ready', lease = null where state = 'running' and lease < (select ${clock})`,
    );
}

/** Who still works on tasks says so. Those that are somebody else's meanwhile are not touched. */
export async function renew(database: Database, tasks: readonly Pick<Task, 'id' | 'attempt'>[]): Promise<void> {
  for (const { id, attempt } of tasks) {
    await database.run(
      `update task set lease = ${database.dialect.clock} + ${LEASE_MILLISECONDS} where id = ? and attempt = ? and state = 'running'`,
      [id, attempt],
    );
  }
}

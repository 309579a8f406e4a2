import type { DocumentState, Task, TaskKind } from '../records.js';
import type { Database, Row } from '../database.js';
import { tell } from './events.js';
import { hidden } from './sealing.js';

/** A task is lent for so long, and is renewed by who works on it; then another node may have it. */
export const LEASE_MILLISECONDS = 15_000;

/** A document that ends its worker so often is at fault itself. */
const MOST_ATTEMPTS = 3;

/** After a crash nothing is left between two states: what was running is ready again. One process owns the file. */
export async function recover(database: Database): Promise<number> {
  await database.run("update document set state = 'received' where state = 'converting'");
  return await database.run("update task set state = 'ready', lease = null, worker = null where state = 'running'");
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
       select id from task where kind in (${kinds.map(() => '?').join(', ')}) and state = 'ready' and due <= ?
       order by priority, due, id limit ? ${database.dialect.skipLocked})
     update task set ${lent(database)} where id in (select id from next) returning *`,
    [...kinds, now, most],
  );
  const tasks = rows.map(taskFrom);
  // A document that is converted anew keeps its state until the new result is there: what it told is still current.
  for (const { document } of tasks)
    await database.run("update document set state = 'converting' where id = ? and state = 'received'", [document]);
  return tasks.sort((one, other) => one.id - other.id);
}

/** What is written of a task that somebody takes. */
export function lent({ dialect }: Database): string {
  return `state = 'running', attempt = attempt + 1, lease = ${dialect.clock} + ${LEASE_MILLISECONDS}`;
}

/** Tasks whose node has not been heard of are ready again; where one process has the store, it is that process itself. */
export async function takeBack(database: Database): Promise<void> {
  const { isShared, clock } = database.dialect;
  if (isShared)
    await database.run(`update task set state = 'ready', lease = null where state = 'running' and lease < ${clock}`);
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

export function taskFrom(row: Row): Task {
  return {
    id: Number(row.id),
    document: String(row.document),
    kind: String(row.kind) as TaskKind,
    receiver: String(row.receiver),
    attempt: Number(row.attempt),
    due: Number(row.due),
  };
}

/** The document can't be converted, and never will be: it is not well-formed, no CDA, over a limit. */
export async function refuse(database: Database, task: Task, outcome: string, now: number): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await setState(database, task.document, 'refused', now, outcome);
  await tell(database, task.document, now, 'refused');
  return true;
}

/** A try failed by no fault that is known of the document: again, up to three times. */
export async function failAttempt(database: Database, task: Task, outcome: string, now: number): Promise<boolean> {
  if (task.attempt < MOST_ATTEMPTS) {
    const again = await giveBack(database, task, now + 1000 * 2 ** task.attempt);
    if (again) await tell(database, task.document, now, 'attempt-failed', { attempt: task.attempt });
    return again;
  }
  if (!(await finish(database, task))) return false;
  await setState(database, task.document, 'failed', now, outcome);
  await tell(database, task.document, now, 'failed', { attempts: task.attempt });
  return true;
}

/** Puts a task back; the attempt does not count where the document was not at fault. */
export async function release(database: Database, task: Task, due: number): Promise<boolean> {
  const done = await giveBack(database, task, due);
  if (done) await database.run('update task set attempt = attempt - 1 where id = ?', [task.id]);
  return done;
}

export async function giveBack(
  database: Database,
  { id, attempt, document, kind }: Task,
  due: number,
): Promise<boolean> {
  const changed = await database.run(
    "update task set state = 'ready', due = ? where id = ? and attempt = ? and state = 'running'",
    [due, id, attempt],
  );
  if (changed === 1 && (kind === 'convert' || kind === 'unwrap'))
    await database.run("update document set state = 'received' where id = ? and state = 'converting'", [document]);
  return changed === 1;
}

/** Fenced: a slow worker that has lost its lease writes nothing. */
export async function finish(
  database: Database,
  { id, attempt }: Task,
  state: 'done' | 'dead' = 'done',
): Promise<boolean> {
  return (
    (await database.run("update task set state = ? where id = ? and attempt = ? and state = 'running'", [
      state,
      id,
      attempt,
    ])) === 1
  );
}

export async function setState(
  database: Database,
  document: string,
  state: DocumentState,
  now: number,
  reason: string | null = null,
): Promise<void> {
  const settled = state === 'received' || state === 'converting' ? null : now;
  await database.run('update document set state = ?, reason = ?, settled = ? where id = ?', [
    state,
    reason === null ? null : await hidden(database, document, reason),
    settled,
    document,
  ]);
}

import type { DocumentState, Task, TaskKind } from '../records.js';
import type { Database, DatabaseRow } from '../database.js';
import { tell } from './events.js';
import { planRefusal } from './refusals.js';
import { hidden } from './sealing.js';

/** A document over which a worker has died so many times is itself at fault. */
const MOST_ATTEMPTS = 3;

export function taskFrom(row: DatabaseRow): Task {
  return {
    id: Number(row.id),
    tenant: String(row.tenant),
    document: String(row.document),
    kind: String(row.kind) as TaskKind,
    receiver: String(row.receiver),
    attempt: Number(row.attempt),
    due: Number(row.due),
  };
}

/** The document can never be converted: it is not well-formed, not CDA, or over a limit. */
export async function refuse(database: Database, task: Task, outcome: string, now: number): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await setState(database, task.document, 'refused', now, outcome);
  await tell(database, task.document, now, 'refused');
  await planRefusal(database, task.document);
  return true;
}

/** A try failed, but not by a known fault of the document. It is tried again, up to three times. */
export async function failAttempt(database: Database, task: Task, outcome: string, now: number): Promise<boolean> {
  if (task.attempt < MOST_ATTEMPTS) {
    const again = await giveBack(database, task, 1000 * 2 ** task.attempt);
    if (again) await tell(database, task.document, now, 'attempt-failed', { attempt: task.attempt });
    return again;
  }
  if (!(await finish(database, task))) return false;
  await setState(database, task.document, 'failed', now, outcome);
  await tell(database, task.document, now, 'failed', { attempts: task.attempt });
  await planRefusal(database, task.document);
  return true;
}

/** Says that the dead letter was written (refusals.ts). Answers false if another attempt has begun since. */
export async function finishRefusal(database: Database, task: Task, now: number): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await tell(database, task.document, now, 'refusal-sent');
  return true;
}

/** Puts a task back for so many milliseconds. The attempt does not count if the document was not at fault. */
export async function release(database: Database, task: Task, wait: number): Promise<boolean> {
  return await giveBack(database, task, wait, task.attempt - 1);
}

/** @param counted how many attempts the task then has */
export async function giveBack(
  database: Database,
  { id, attempt, document, kind }: Task,
  wait: number,
  counted: number = attempt,
): Promise<boolean> {
  const changed = await database.run(
    `update task set state = 'ready', due = ${database.dialect.clock} + ?, attempt = ? where tenant = :tenant and id = ? and attempt = ? and state = 'running'`,
    [wait, counted, id, attempt],
  );
  if (changed === 1 && (kind === 'convert' || kind === 'unwrap'))
    await database.run(
      "update document set state = 'received' where tenant = :tenant and id = ? and state = 'converting'",
      [document],
    );
  return changed === 1;
}

/** A fence: a slow worker that has lost its lease can't write anything. */
export async function finish(
  database: Database,
  { id, attempt }: Task,
  state: 'done' | 'dead' = 'done',
): Promise<boolean> {
  return (
    (await database.run(
      "update task set state = ? where tenant = :tenant and id = ? and attempt = ? and state = 'running'",
      [state, id, attempt],
    )) === 1
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
  await database.run('update document set state = ?, reason = ?, settled = ? where tenant = :tenant and id = ?', [
    state,
    reason === null ? null : await hidden(database, document, reason),
    settled,
    document,
  ]);
}

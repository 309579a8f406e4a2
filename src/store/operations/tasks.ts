import type { DocumentState, NewResult, Task } from '../records.js';
import type { Database } from '../database.js';
import { createHash } from 'node:crypto';
import { pack } from '../bodies.js';
import { tell } from './events.js';

/** A document that ends its worker so often is at fault itself. */
const MOST_ATTEMPTS = 3;

/** After a crash nothing is left between two states: what was running is ready again. One process owns the file. */
export async function recover(database: Database): Promise<number> {
  await database.run("update document set state = 'received' where state = 'converting'");
  return await database.run("update task set state = 'ready', lease = null, worker = null where state = 'running'");
}

/** Takes the next tasks of a kind; of equal priority the oldest first. */
export async function claim(database: Database, kind: string, most: number, now: number): Promise<Task[]> {
  const rows = await database.all(
    `update task set state = 'running', attempt = attempt + 1
     where id in (select id from task where kind = ? and state = 'ready' and due <= ? order by priority, due, id limit ? ${database.skipLocked})
     returning id, document, kind, receiver, attempt`,
    [kind, now, most],
  );
  const tasks = rows.map((row) => ({
    id: Number(row.id),
    document: String(row.document),
    kind: String(row.kind),
    receiver: String(row.receiver),
    attempt: Number(row.attempt),
  }));
  if (kind === 'convert') for (const { document } of tasks) await setState(database, document, 'converting', now);
  return tasks.sort((one, other) => one.id - other.id);
}

/** The conversion is done. False where another attempt has begun since: then nothing is written. */
export async function finishConversion(
  database: Database,
  task: Task,
  result: NewResult,
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  const { document } = task;
  const { mapping, bundle, entries, facts, issues } = result;
  await database.run('update result set current = 0 where document = ?', [document]);
  await database.run(
    `insert into result values (?, ?, ?, ?, ?, ?, ?, 1)
     on conflict (document, mapping) do update set at = excluded.at, bundle_hash = excluded.bundle_hash, entries = excluded.entries,
       facts = excluded.facts, issues = excluded.issues, current = 1`,
    [
      document,
      mapping,
      now,
      createHash('sha256').update(bundle).digest(),
      entries,
      JSON.stringify(facts),
      JSON.stringify(issues),
    ],
  );
  await database.run(
    "insert into body values (?, 'bundle', ?, ?) on conflict (document, what, mapping) do update set data = excluded.data",
    [document, mapping, pack(bundle)],
  );
  await database.run(
    'update document set patient = ?, document_id = ?, set_id = ?, version = ?, effective = ?, kind = ? where id = ?',
    [
      facts.patient ?? null,
      facts.documentId ?? null,
      facts.setId ?? null,
      facts.version ?? null,
      facts.effective ?? null,
      facts.kind ?? null,
      document,
    ],
  );
  await setState(database, document, 'converted', now);
  await tell(database, document, now, 'converted', { mapping, entries });
  return true;
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

async function giveBack(database: Database, { id, attempt, document, kind }: Task, due: number): Promise<boolean> {
  const changed = await database.run(
    "update task set state = 'ready', due = ? where id = ? and attempt = ? and state = 'running'",
    [due, id, attempt],
  );
  if (changed === 1 && kind === 'convert')
    await database.run("update document set state = 'received' where id = ?", [document]);
  return changed === 1;
}

/** Fenced: a slow worker that has lost its lease writes nothing. */
async function finish(database: Database, { id, attempt }: Task): Promise<boolean> {
  return (
    (await database.run("update task set state = 'done' where id = ? and attempt = ? and state = 'running'", [
      id,
      attempt,
    ])) === 1
  );
}

async function setState(
  database: Database,
  document: string,
  state: DocumentState,
  now: number,
  reason: string | null = null,
): Promise<void> {
  const settled = state === 'received' || state === 'converting' ? null : now;
  await database.run('update document set state = ?, reason = ?, settled = ? where id = ?', [
    state,
    reason,
    settled,
    document,
  ]);
}

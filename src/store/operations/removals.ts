/**
 * What receivers must delete because it was purged here. Each receiver is asked until it has deleted it, or it is known
 * that it can't.
 */
import type { Database, DatabaseRow } from '../database.js';
import type { Task } from '../records.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { addRemovalTask, type PlannedRemoval } from './plan-removals.js';
import { packed, unpacked } from './sealing.js';
import { finish, giveBack, release } from './tasks.js';

export interface Removal extends PlannedRemoval {
  readonly id: string;
}

/**
 * The state: `told` if the receiver was only told, because it can't take back what it was sent; `remains` if some of it
 * is still there.
 */
export type RemovalState = 'waiting' | 'removed' | 'told' | 'remains';

export interface StoredRemoval {
  readonly receiver: string;
  readonly state: RemovalState;
  readonly removed: number;
  /** What is still there: `Type/id`, or ids of documents for a receiver that has whole documents. */
  readonly remains: readonly string[];
  readonly why: string | null;
  readonly status: number | null;
}

/** What a task has to remove; undefined if that is already done. */
export async function removalOf(database: Database, id: string): Promise<Removal | undefined> {
  const row = await database.first('select * from removal where tenant = :tenant and id = ?', [id]);
  return row === undefined || row.content === null ? undefined : { id, ...(await contentOf(database, row)) };
}

export interface RemovalEnd {
  readonly state: Exclude<RemovalState, 'waiting'>;
  /** What it no longer has, or never had. */
  readonly gone: readonly { readonly type: string; readonly id: string }[];
  /** How many of them it was asked to delete. */
  readonly removed: number;
  readonly remains: readonly string[];
  readonly why?: string | undefined;
  readonly status?: number | undefined;
}

/** Writes down that the receiver has deleted it, or never will. Answers false if another attempt has begun since. */
export async function finishRemoval(database: Database, task: Task, end: RemovalEnd, now: number): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  const removal = await removalOf(database, task.document);
  if (removal === undefined) return false;
  for (const { type, id } of end.gone)
    await database.run('delete from delivered where tenant = :tenant and receiver = ? and type = ? and id = ?', [
      task.receiver,
      type,
      id,
    ]);
  // A delivery that was running at the time of the purge has written to the ledger since.
  for (const document of removal.documents) {
    await database.run("delete from task where tenant = :tenant and document = ? and kind = 'deliver'", [document]);
    await tell(database, document, now, 'purged-at', {
      receiver: task.receiver,
      state: end.state,
      removed: end.removed,
    });
  }
  await database.run('delete from task where tenant = :tenant and id = ?', [task.id]);
  const left = end.remains.length === 0 ? null : JSON.stringify(leftOf(removal, end));
  await database.run(
    `update removal set state = ?, removed = removed + ?, content = ?, patient = null, why = ?, status = ?, settled = ?
     where tenant = :tenant and id = ?`,
    [
      end.state,
      end.removed,
      left === null ? null : await packed(database, task.document, 'removal', Buffer.from(left, 'utf8')),
      end.why ?? null,
      end.status ?? null,
      now,
      task.document,
    ],
  );
  if (left === null)
    await database.run('delete from data_key where tenant = :tenant and document = ?', [task.document]);
  const detail = `${task.receiver}: ${end.state}, ${end.removed} removed, ${end.remains.length} remain`;
  const isRefused = end.state === 'remains';
  for (const document of removal.documents)
    await audit(database, { action: 'purge', agent: 'cairn', document, detail, isRefused }, now);
  return true;
}

/** Tries again after so many milliseconds, as often as it takes. */
export async function postponeRemoval(
  database: Database,
  task: Task,
  wait: number,
  counts: boolean,
  trouble: { readonly status?: number | undefined; readonly why: string },
): Promise<boolean> {
  if (!(await (counts ? giveBack : release)(database, task, wait))) return false;
  await database.run('update removal set why = ?, status = ? where tenant = :tenant and id = ?', [
    trouble.why,
    trouble.status ?? null,
    task.document,
  ]);
  return true;
}

/** The state of a purge at each receiver. */
export async function removalsOf(database: Database, purge: string): Promise<StoredRemoval[]> {
  const rows = await database.all(
    'select * from removal where tenant = :tenant and purge = ? order by receiver, at, id',
    [purge],
  );
  const removals: StoredRemoval[] = [];
  for (const row of rows) {
    removals.push({
      receiver: String(row.receiver),
      state: String(row.state) as RemovalState,
      removed: Number(row.removed),
      remains: row.state === 'remains' || row.state === 'told' ? await remainsOf(database, row) : [],
      why: row.why === null ? null : String(row.why),
      status: row.status === null ? null : Number(row.status),
    });
  }
  return removals;
}

async function contentOf(database: Database, row: DatabaseRow): Promise<PlannedRemoval> {
  const content = await bytesOf(database, row);
  const { documents, resources } = JSON.parse(content) as Omit<PlannedRemoval, 'patient'>;
  return { patient: row.patient === null ? undefined : String(row.patient), documents, resources };
}

async function remainsOf(database: Database, row: DatabaseRow): Promise<readonly string[]> {
  if (row.content === null) return [];
  const { remains, documents, resources } = JSON.parse(await bytesOf(database, row)) as Partial<PlannedRemoval> & {
    readonly remains?: readonly string[];
  };
  return remains ?? [...(resources ?? []).map(({ type, id }) => `${type}/${id}`), ...(documents ?? [])];
}

/** With what is to be asked for once more, where the receiver may let go of it yet (retryRemovals). */
function leftOf({ patient, documents, resources }: Removal, { state, remains }: RemovalEnd): object {
  if (state !== 'remains') return { remains };
  const still = new Set(remains);
  return { remains, patient, documents, resources: resources.filter(({ type, id }) => still.has(`${type}/${id}`)) };
}

/**
 * Asks the receivers once more for what remains there of a purge. How many of them: not those that are not in the settings, or were
 * only told.
 */
export async function retryRemovals(
  database: Database,
  purge: string,
  known: readonly string[],
  actor: string,
  now: number,
): Promise<number> {
  const rows = await database.all(
    "select * from removal where tenant = :tenant and purge = ? and state = 'remains' and content is not null",
    [purge],
  );
  let count = 0;
  for (const row of rows) {
    const id = String(row.id);
    const content = JSON.parse(await bytesOf(database, row)) as Partial<PlannedRemoval>;
    const { documents, resources } = content;
    if (!known.includes(String(row.receiver)) || documents === undefined || resources === undefined) continue;
    const patient = content.patient ?? (row.patient === null ? null : String(row.patient));
    await database.run(
      "update removal set state = 'waiting', patient = ?, content = ?, settled = null where tenant = :tenant and id = ?",
      [
        patient,
        await packed(database, id, 'removal', Buffer.from(JSON.stringify({ documents, resources }), 'utf8')),
        id,
      ],
    );
    await addRemovalTask(database, id, String(row.receiver), patient ?? documents[0]!);
    for (const document of documents)
      await tell(database, document, now, 'purge-again', { receiver: row.receiver, by: actor });
    await audit(database, { action: 'purge', agent: actor, detail: `${String(row.receiver)}: asked again` }, now);
    count++;
  }
  return count;
}

async function bytesOf(database: Database, row: DatabaseRow): Promise<string> {
  return (await unpacked(database, String(row.id), 'removal', row.content as Uint8Array)).toString('utf8');
}

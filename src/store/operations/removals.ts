/**
 * What receivers must delete because it was purged here. Each receiver is asked until it has deleted it, or it is known
 * that it can't.
 */
import { randomUUID } from 'node:crypto';
import type { Database, Row } from '../database.js';
import type { ResourceList, Task } from '../records.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { addressesOf, resourcesIn } from './left-over.js';
import { packed, unpacked } from './sealing.js';
import { finish, giveBack, release } from './tasks.js';

/** A resource in these documents, and whether it is about the patient alone. */
export interface RemovedResource {
  readonly type: string;
  readonly id: string;
  readonly isOwn: boolean;
}

/**
 * Documents of one patient that are purged together, with their resources. A resource comes before the resources that
 * it refers to.
 */
export interface PlannedRemoval {
  /** Absent if the documents name no patient. Then it is a single document. */
  readonly patient: string | undefined;
  readonly documents: readonly string[];
  readonly resources: readonly RemovedResource[];
}

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

/** Called before the documents are removed: makes a removal for each receiver that may have something of them. */
export async function planRemovals(
  database: Database,
  purge: string,
  planned: PlannedRemoval,
  known: readonly string[],
  now: number,
): Promise<void> {
  const { documents, resources, patient } = planned;
  for (const [receiver, isSure] of await receiversOf(database, planned)) {
    const had = isSure ? await inLedger(database, receiver, resources) : undefined;
    const wanted = had === undefined ? resources : resources.filter(({ type, id }) => had.has(`${type}/${id}`));
    const id = randomUUID();
    const isKnown = known.includes(receiver);
    const content = JSON.stringify({ documents, resources: wanted });
    await database.run(
      `insert into removal(tenant, id, purge, receiver, patient, state, content, removed, why, at)
       values (:tenant, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
      [
        id,
        purge,
        receiver,
        patient ?? null,
        isKnown ? 'waiting' : 'remains',
        await packed(database, id, 'removal', Buffer.from(content, 'utf8')),
        isKnown ? null : 'it is not in the settings any more',
        now,
      ],
    );
    if (!isKnown) continue;
    await addRemovalTask(database, id, receiver, patient ?? documents[0]!);
  }
}

/**
 * The receivers, each with whether the ledger is complete: if a delivery was begun and no answer came, the receiver may
 * have more.
 */
async function receiversOf(
  database: Database,
  { documents, resources }: PlannedRemoval,
): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  for (const { type, id } of [...resources, ...documents.map((document) => ({ type: 'Bundle', id: document }))]) {
    const rows = await database.all('select receiver from delivered where tenant = :tenant and type = ? and id = ?', [
      type,
      id,
    ]);
    for (const { receiver } of rows) if (!found.has(String(receiver))) found.set(String(receiver), true);
  }
  for (const document of documents) {
    const rows = await database.all(
      `select receiver from delivery where tenant = :tenant and document = ? and (attempts > 0 or receiver in
         (select receiver from task where tenant = :tenant and document = ? and kind = 'deliver' and state = 'running'))`,
      [document, document],
    );
    for (const { receiver } of rows) found.set(String(receiver), false);
  }
  return found;
}

async function inLedger(
  database: Database,
  receiver: string,
  resources: readonly RemovedResource[],
): Promise<ReadonlySet<string>> {
  const had = new Set<string>();
  for (const { type, id } of resources) {
    const row = await database.first(
      'select 1 as found from delivered where tenant = :tenant and receiver = ? and type = ? and id = ?',
      [receiver, type, id],
    );
    if (row !== undefined) had.add(`${type}/${id}`);
  }
  return had;
}

/** What a task has to remove; undefined if that is already done. */
export async function removalOf(database: Database, id: string): Promise<Removal | undefined> {
  const row = await database.first('select * from removal where tenant = :tenant and id = ?', [id]);
  return row === undefined || row.content === null ? undefined : { id, ...(await contentOf(database, row)) };
}

/** How many documents are looked at in one transaction. */
const PAGE = 100;

export interface ToldPage {
  readonly found: readonly string[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
}

/**
 * Those of these resources that other documents also have: documents of the same patient, or of any patient. In pages,
 * because a store has many documents.
 *
 * @param patient undefined for any patient
 */
export async function toldElsewhere(
  database: Database,
  addresses: readonly string[],
  patient: string | undefined,
  after: number,
): Promise<ToldPage> {
  const wanted = new Set(addresses);
  const rows = await database.all(
    `select result.document as document, result.resources as resources, document.seq as seq from result
       join document on document.id = result.document
     where document.tenant = :tenant and document.state in ('converted', 'delivered', 'undelivered', 'replaced')
       and result.current = 1 and result.resources is not null and document.seq > ? ${patient === undefined ? '' : 'and document.patient = ?'}
     order by document.seq limit ?`,
    [after, ...(patient === undefined ? [] : [patient]), PAGE],
  );
  const found = new Set<string>();
  for (const row of rows)
    for (const address of addressesOf(await resourcesIn(database, row))) if (wanted.has(address)) found.add(address);
  return { found: [...found], ...(rows.length < PAGE ? {} : { next: Number(rows.at(-1)!.seq) }) };
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

async function contentOf(database: Database, row: Row): Promise<PlannedRemoval> {
  const content = await bytesOf(database, row);
  const { documents, resources } = JSON.parse(content) as Omit<PlannedRemoval, 'patient'>;
  return { patient: row.patient === null ? undefined : String(row.patient), documents, resources };
}

async function remainsOf(database: Database, row: Row): Promise<readonly string[]> {
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

async function addRemovalTask(database: Database, id: string, receiver: string, lane: string): Promise<void> {
  await database.run(
    `insert into task(tenant, document, kind, receiver, lane, state, attempt, due, priority, part)
     values (:tenant, ?, 'remove', ?, ?, 'ready', 0, ${database.dialect.clock}, 0, 0)`,
    [id, receiver, lane],
  );
}

async function bytesOf(database: Database, row: Row): Promise<string> {
  return (await unpacked(database, String(row.id), 'removal', row.content as Uint8Array)).toString('utf8');
}

/** What the results of a document had, the current result first, for planning a purge. */
export async function resultsOf(
  database: Database,
  document: string,
): Promise<{ readonly mapping: string; readonly resources: ResourceList }[]> {
  const rows = await database.all(
    'select document, mapping, resources from result where tenant = :tenant and document = ? and resources is not null order by current desc, mapping',
    [document],
  );
  const results: { mapping: string; resources: ResourceList }[] = [];
  for (const row of rows) results.push({ mapping: String(row.mapping), resources: await resourcesIn(database, row) });
  return results;
}

import type { Database, Row } from '../database.js';
import { priorities, type ResourceList, type Task } from '../records.js';
import { step } from '../steps.js';
import { CURRENT } from './current.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { hidden, shownOrNone, unpacked } from './sealing.js';
import { finish, giveBack, lent, release, takeBack, taskFrom } from './tasks.js';

/** A task for each receiver that a document is meant for; those of one patient and receiver run one after the other. */
export async function planDeliveries(
  database: Database,
  document: string,
  receivers: readonly string[],
  now: number,
): Promise<void> {
  await lockDocument(database, document);
  const row = (await database.first('select patient from document where id = ?', [document]))!;
  const convert = await database.first("select priority from task where document = ? and kind = 'convert'", [document]);
  for (const receiver of receivers) {
    await database.run(
      `insert into task(document, kind, receiver, lane, state, attempt, due, priority, part)
       values (?, 'deliver', ?, ?, 'ready', 0, ?, ?, 0)
       on conflict (document, kind, receiver) do update set state = 'ready', attempt = 0, due = excluded.due, lane = excluded.lane
       where task.state in ('done', 'dead', 'ready')`,
      [document, receiver, row.patient ?? document, now, Number(convert?.priority ?? priorities.live)],
    );
    await database.run(
      `insert into delivery values (?, ?, 'waiting', 0, 0, 0, 0, 0, null, null, ?, ?)
       on conflict (document, receiver) do update set state = 'waiting', outcome = null, last_at = excluded.last_at`,
      [document, receiver, now, now],
    );
  }
}

/**
 * Takes the next deliveries of a receiver. Two of one patient never run at once, and an appendix waits for the document that
 * it belongs to.
 */
export async function claimDeliveries(
  database: Database,
  receiver: string,
  most: number,
  now: number,
): Promise<Task[]> {
  // Two nodes that look at the same time would both see a lane free.
  await database.lock(`deliveries ${receiver}`);
  await takeBack(database);
  const tasks: Task[] = [];
  while (tasks.length < most) {
    const [row] = await database.all(
      `update task set ${lent(database)}
       where id = (select t.id from task t join document d on d.id = t.document
         where t.kind = 'deliver' and t.receiver = ? and t.state = 'ready' and t.due <= ?
           and not exists (select 1 from task r where r.kind = 'deliver' and r.receiver = t.receiver and r.state = 'running' and r.lane = t.lane)
           and not exists (select 1 from task p where p.kind = 'deliver' and p.receiver = t.receiver and p.document = d.appends
             and p.state in ('ready', 'running') and p.document <> t.document)
         order by t.priority, t.due, t.id limit 1)
       returning *`,
      [receiver, now],
    );
    if (row === undefined) break;
    tasks.push(taskFrom(row));
  }
  return tasks;
}

export interface LedgerRow {
  readonly type: string;
  readonly id: string;
  readonly hash: Uint8Array;
  readonly orderKey: string;
}

/** What a receiver has of these resources. */
export async function ledgerOf(
  database: Database,
  receiver: string,
  resources: ResourceList,
): Promise<readonly LedgerRow[]> {
  const found: LedgerRow[] = [];
  for (const [type, ids] of Object.entries(resources)) {
    for (const id of ids) {
      const row = await database.first(
        'select hash, order_key from delivered where receiver = ? and type = ? and id = ?',
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

/** Writes down what the receiver has taken; after a crash only the rest is sent. */
export async function noteDelivered(
  database: Database,
  task: Pick<Task, 'document' | 'receiver'>,
  { put, gone }: LedgerChange,
  now: number,
): Promise<void> {
  for (const { type, id, hash, orderKey } of put) {
    await database.run(
      `insert into delivered values (?, ?, ?, ?, ?, ?, ?)
       on conflict (receiver, type, id) do update set hash = excluded.hash, order_key = excluded.order_key,
         document = excluded.document, at = excluded.at`,
      [task.receiver, type, id, hash, orderKey, task.document, now],
    );
  }
  for (const { type, id } of gone) {
    await database.run('delete from delivered where receiver = ? and type = ? and id = ?', [task.receiver, type, id]);
  }
}

export interface DeliveryCounts {
  readonly sent: number;
  readonly same: number;
  readonly older: number;
  readonly removed: number;
  readonly status?: number | undefined;
}

/** The receiver has all of it. False where another attempt has begun since. */
export async function finishDelivery(
  database: Database,
  task: Task,
  change: LedgerChange,
  counts: DeliveryCounts,
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await noteDelivered(database, task, change, now);
  const { sent, same, older, removed, status } = counts;
  await database.run(
    `update delivery set state = 'delivered', attempts = attempts + 1, sent = ?, same = ?, older = ?, removed = ?, status = ?,
       outcome = null, last_at = ? where document = ? and receiver = ?`,
    [sent, same, older, removed, status ?? null, now, task.document, task.receiver],
  );
  await tell(database, task.document, now, 'delivered', { receiver: task.receiver, sent, same, older, removed });
  await audit(database, { action: 'deliver', agent: 'cairn', document: task.document, detail: task.receiver }, now);
  step('after-ledger');
  await settleDeliveries(database, task.document, now);
  return true;
}

/** Not now: again when it is due. What is the receiver's fault alone (it is down) does not count as an attempt. */
export async function postponeDelivery(
  database: Database,
  task: Task,
  due: number,
  counts: boolean,
  trouble: { readonly status?: number | undefined; readonly outcome?: string | undefined; readonly why: string },
  now: number,
): Promise<boolean> {
  if (!(await (counts ? giveBack : release)(database, task, due))) return false;
  await database.run(
    'update delivery set attempts = attempts + 1, status = ?, outcome = ?, last_at = ? where document = ? and receiver = ?',
    [trouble.status ?? null, await hiddenOutcome(database, task, trouble), now, task.document, task.receiver],
  );
  await tell(database, task.document, now, 'delivery-postponed', {
    receiver: task.receiver,
    why: trouble.why,
    ...(trouble.status === undefined ? {} : { status: trouble.status }),
  });
  return true;
}

/** The receiver will never take it, or had its time: a dead letter, with what the receiver said. */
export async function giveUpDelivery(
  database: Database,
  task: Task,
  trouble: { readonly status?: number | undefined; readonly outcome?: string | undefined; readonly why: string },
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task, 'dead'))) return false;
  await database.run(
    `update delivery set state = 'dead', attempts = attempts + 1, status = ?, outcome = ?, last_at = ?
     where document = ? and receiver = ?`,
    [trouble.status ?? null, await hiddenOutcome(database, task, trouble), now, task.document, task.receiver],
  );
  await tell(database, task.document, now, 'delivery-dead', { receiver: task.receiver, why: trouble.why });
  await audit(
    database,
    { action: 'deliver', agent: 'cairn', document: task.document, detail: task.receiver, isRefused: true },
    now,
  );
  await settleDeliveries(database, task.document, now);
  return true;
}

/** Of two receivers that are done at the same time, one sees that the other is. */
function lockDocument(database: Database, document: string): void | Promise<void> {
  return database.lock(`document ${document}`);
}

/** Once every receiver has it or has refused it, the document says so. */
export async function settleDeliveries(database: Database, document: string, now: number): Promise<void> {
  await lockDocument(database, document);
  const row = (await database.first(
    `select count(*) as total, sum(case when state = 'dead' then 1 else 0 end) as dead,
       sum(case when state in ('ready', 'running') then 1 else 0 end) as open
     from task where document = ? and kind = 'deliver'`,
    [document],
  ))!;
  if (Number(row.total) === 0 || Number(row.open) > 0) return;
  await database.run(`update document set state = ?, settled = ? where id = ? and state in ${CURRENT}`, [
    Number(row.dead) > 0 ? 'undelivered' : 'delivered',
    now,
    document,
  ]);
}

export interface StoredDelivery {
  readonly document: string;
  readonly receiver: string;
  /** `replaced`: a newer version came before it went out. */
  readonly state: 'waiting' | 'delivered' | 'dead' | 'replaced';
  readonly attempts: number;
  readonly sent: number;
  readonly same: number;
  readonly older: number;
  readonly removed: number;
  readonly status: number | null;
  /** What the receiver said: an OperationOutcome as JSON, or nothing. */
  readonly outcome: string | null;
  readonly firstAt: number;
  readonly lastAt: number;
}

export async function deliveriesOf(database: Database, document: string): Promise<StoredDelivery[]> {
  const rows = await database.all('select * from delivery where document = ? order by receiver', [document]);
  return await deliveriesFrom(database, rows);
}

/** The dead letters of a receiver, the newest first. */
export async function deadLetters(
  database: Database,
  receiver: string,
  most: number,
  before: number,
): Promise<StoredDelivery[]> {
  const rows = await database.all(
    "select * from delivery where receiver = ? and state = 'dead' and last_at < ? order by last_at desc, document limit ?",
    [receiver, before, most],
  );
  return await deliveriesFrom(database, rows);
}

/** Dead letters of a receiver (of one document, where it is named) are sent again. How many. */
export async function redeliver(
  database: Database,
  receiver: string,
  document: string | undefined,
  now: number,
): Promise<number> {
  const rows = await database.all(
    `select document from task where kind = 'deliver' and receiver = ? and state = 'dead'
     ${document === undefined ? '' : 'and document = ?'}`,
    document === undefined ? [receiver] : [receiver, document],
  );
  for (const row of rows) {
    const id = String(row.document);
    await lockDocument(database, id);
    await database.run(
      "update task set state = 'ready', attempt = 0, due = ? where kind = 'deliver' and receiver = ? and document = ? and state = 'dead'",
      [now, receiver, id],
    );
    await database.run(
      "update delivery set state = 'waiting', first_at = ?, last_at = ? where receiver = ? and document = ?",
      [now, now, receiver, id],
    );
    await database.run("update document set state = 'converted' where id = ? and state = 'undelivered'", [id]);
    await tell(database, id, now, 'redeliver', { receiver });
  }
  return rows.length;
}

/**
 * What earlier results told and no current document of the patient tells any more: those of the documents that this one
 * replaced, and those that it gave itself before its mappings changed.
 */
export async function leftOver(
  database: Database,
  document: string,
): Promise<readonly { readonly document: string; readonly mapping: string; readonly resources: ResourceList }[]> {
  const earlier = await database.all(
    `with recursive replaced(id) as (
       select id from document where replaced_by = ?
       union select document.id from document join replaced on document.replaced_by = replaced.id)
     select result.document as document, result.mapping as mapping, result.resources as resources from result
       where result.document in (select id from replaced) and result.resources is not null
     union all select document, mapping, resources from result where document = ? and current = 0 and resources is not null`,
    [document, document],
  );
  if (earlier.length === 0) return [];
  const own = (await database.first('select tenant, patient from document where id = ?', [document]))!;
  const current = await database.all(
    `select document.id as document, result.resources as resources from result join document on document.id = result.document
     where document.tenant = ? and document.patient = ? and document.state in ${CURRENT}
       and result.current = 1 and result.resources is not null`,
    [own.tenant!, own.patient ?? null],
  );
  const kept = new Set<string>();
  for (const row of current) for (const address of addressesOf(await resourcesIn(database, row))) kept.add(address);
  const left: { document: string; mapping: string; resources: ResourceList }[] = [];
  for (const row of earlier) {
    const resources = without(await resourcesIn(database, row), kept);
    left.push({ document: String(row.document), mapping: String(row.mapping), resources });
  }
  return left;
}

/** What a receiver says may be of the patient. */
async function hiddenOutcome(
  database: Database,
  { document }: Task,
  { outcome }: { readonly outcome?: string | undefined },
): Promise<string | null> {
  return outcome === undefined ? null : await hidden(database, document, outcome);
}

function addressesOf(resources: ResourceList): string[] {
  return Object.entries(resources).flatMap(([type, ids]) => ids.map((id) => `${type}/${id}`));
}

async function resourcesIn(database: Database, row: Row): Promise<ResourceList> {
  const bytes = await unpacked(database, String(row.document), 'resources', row.resources as Uint8Array);
  return JSON.parse(bytes.toString('utf8')) as ResourceList;
}

function without(resources: ResourceList, kept: ReadonlySet<string>): ResourceList {
  return Object.fromEntries(
    Object.entries(resources).map(([type, ids]) => [type, ids.filter((id) => !kept.has(`${type}/${id}`))]),
  );
}

async function deliveriesFrom(database: Database, rows: readonly Row[]): Promise<StoredDelivery[]> {
  const deliveries: StoredDelivery[] = [];
  for (const row of rows) deliveries.push(await deliveryFrom(database, row));
  return deliveries;
}

async function deliveryFrom(database: Database, row: Row): Promise<StoredDelivery> {
  return {
    document: String(row.document),
    receiver: String(row.receiver),
    state: String(row.state) as StoredDelivery['state'],
    attempts: Number(row.attempts),
    sent: Number(row.sent),
    same: Number(row.same),
    older: Number(row.older),
    removed: Number(row.removed),
    status: row.status === null ? null : Number(row.status),
    outcome: await shownOrNone(database, String(row.document), row.outcome),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
  };
}

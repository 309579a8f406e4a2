import type { Database, DatabaseRow } from '../database.js';
import { priorities, type Task } from '../records.js';
import { step } from '../steps.js';
import { CURRENT } from './current.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { hidden, shownOrNone } from './sealing.js';
import { noteDelivered, type LedgerChange } from './ledger.js';
import { finish, giveBack, release } from './tasks.js';

/** Makes a task for each receiver of a document. Tasks of one patient and receiver run one after the other. */
export async function planDeliveries(
  database: Database,
  document: string,
  receivers: readonly string[],
  now: number,
): Promise<void> {
  await lockDocument(database, document);
  const row = (await database.first('select patient from document where tenant = :tenant and id = ?', [document]))!;
  const convert = await database.first(
    "select priority from task where tenant = :tenant and document = ? and kind = 'convert'",
    [document],
  );
  for (const receiver of receivers) {
    await database.run(
      `insert into task(tenant, document, kind, receiver, lane, state, attempt, due, priority, part)
       values (:tenant, ?, 'deliver', ?, ?, 'ready', 0, ${database.dialect.clock}, ?, 0)
       on conflict (document, kind, receiver) do update set state = 'ready', attempt = 0, due = excluded.due, lane = excluded.lane
       where task.tenant = :tenant and task.state in ('done', 'dead', 'ready')`,
      [document, receiver, row.patient ?? document, Number(convert?.priority ?? priorities.live)],
    );
    await database.run(
      `insert into delivery(tenant, document, receiver, state, attempts, sent, same, older, removed, first_at, last_at)
       values (:tenant, ?, ?, 'waiting', 0, 0, 0, 0, 0, ?, ?)
       on conflict (document, receiver) do update set state = 'waiting', outcome = null, last_at = excluded.last_at`,
      [document, receiver, now, now],
    );
  }
}

export interface DeliveryCounts {
  readonly sent: number;
  readonly same: number;
  readonly older: number;
  readonly removed: number;
  readonly status?: number | undefined;
}

/** The receiver has all of it. Answers false if another attempt has begun since. */
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
       outcome = null, last_at = ? where tenant = :tenant and document = ? and receiver = ?`,
    [sent, same, older, removed, status ?? null, now, task.document, task.receiver],
  );
  await tell(database, task.document, now, 'delivered', { receiver: task.receiver, sent, same, older, removed });
  await audit(database, { action: 'deliver', agent: 'cairn', document: task.document, detail: task.receiver }, now);
  step('after-ledger');
  await settleDeliveries(database, task.document, now);
  return true;
}

/**
 * Tries again after so many milliseconds. If only the receiver is at fault (it is down), this does not count as an
 * attempt.
 */
export async function postponeDelivery(
  database: Database,
  task: Task,
  wait: number,
  counts: boolean,
  trouble: { readonly status?: number | undefined; readonly outcome?: string | undefined; readonly why: string },
  now: number,
): Promise<boolean> {
  if (!(await (counts ? giveBack : release)(database, task, wait))) return false;
  await database.run(
    'update delivery set attempts = attempts + 1, status = ?, outcome = ?, last_at = ? where tenant = :tenant and document = ? and receiver = ?',
    [trouble.status ?? null, await hiddenOutcome(database, task, trouble), now, task.document, task.receiver],
  );
  await tell(database, task.document, now, 'delivery-postponed', {
    receiver: task.receiver,
    why: trouble.why,
    ...(trouble.status === undefined ? {} : { status: trouble.status }),
  });
  return true;
}

/** The receiver will never take it, or its time is over. It becomes a dead letter, with the receiver's answer. */
export async function giveUpDelivery(
  database: Database,
  task: Task,
  trouble: { readonly status?: number | undefined; readonly outcome?: string | undefined; readonly why: string },
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task, 'dead'))) return false;
  await database.run(
    `update delivery set state = 'dead', attempts = attempts + 1, status = ?, outcome = ?, last_at = ?
     where tenant = :tenant and document = ? and receiver = ?`,
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

/** A lock: if two receivers finish at the same time, one of them must see that the other is done. */
function lockDocument(database: Database, document: string): void | Promise<void> {
  return database.lock(`document ${document}`);
}

/** When every receiver has taken or refused the document, its state says so. */
export async function settleDeliveries(database: Database, document: string, now: number): Promise<void> {
  await lockDocument(database, document);
  const row = (await database.first(
    `select count(*) as total, sum(case when state = 'dead' then 1 else 0 end) as dead,
       sum(case when state in ('ready', 'running') then 1 else 0 end) as open
     from task where tenant = :tenant and document = ? and kind = 'deliver'`,
    [document],
  ))!;
  if (Number(row.total) === 0 || Number(row.open) > 0) return;
  await database.run(
    `update document set state = ?, settled = ? where tenant = :tenant and id = ? and state in ${CURRENT}`,
    [Number(row.dead) > 0 ? 'undelivered' : 'delivered', now, document],
  );
}

export interface StoredDelivery {
  readonly document: string;
  readonly receiver: string;
  /** `replaced`: a newer version came before it was sent. */
  readonly state: 'waiting' | 'delivered' | 'dead' | 'replaced';
  readonly attempts: number;
  readonly sent: number;
  readonly same: number;
  readonly older: number;
  readonly removed: number;
  readonly status: number | null;
  /** The receiver's answer: an OperationOutcome as JSON, or null. */
  readonly outcome: string | null;
  readonly firstAt: number;
  readonly lastAt: number;
}

export async function deliveriesOf(database: Database, document: string): Promise<StoredDelivery[]> {
  const rows = await database.all('select * from delivery where tenant = :tenant and document = ? order by receiver', [
    document,
  ]);
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
    "select * from delivery where tenant = :tenant and receiver = ? and state = 'dead' and last_at < ? order by last_at desc, document limit ?",
    [receiver, before, most],
  );
  return await deliveriesFrom(database, rows);
}

/** Sends dead letters of a receiver again, or only that of one document. Answers how many. */
export async function redeliver(
  database: Database,
  receiver: string,
  document: string | undefined,
  now: number,
): Promise<number> {
  const rows = await database.all(
    `select document from task where tenant = :tenant and kind = 'deliver' and receiver = ? and state = 'dead'
     ${document === undefined ? '' : 'and document = ?'}`,
    document === undefined ? [receiver] : [receiver, document],
  );
  for (const row of rows) {
    const id = String(row.document);
    await lockDocument(database, id);
    await database.run(
      `update task set state = 'ready', attempt = 0, due = ${database.dialect.clock}
       where tenant = :tenant and kind = 'deliver' and receiver = ? and document = ? and state = 'dead'`,
      [receiver, id],
    );
    await database.run(
      "update delivery set state = 'waiting', first_at = ?, last_at = ? where tenant = :tenant and receiver = ? and document = ?",
      [now, now, receiver, id],
    );
    await database.run(
      "update document set state = 'converted' where tenant = :tenant and id = ? and state = 'undelivered'",
      [id],
    );
    await tell(database, id, now, 'redeliver', { receiver });
  }
  return rows.length;
}

/** The answer of a receiver may have data of the patient, so it is encrypted. */
async function hiddenOutcome(
  database: Database,
  { document }: Task,
  { outcome }: { readonly outcome?: string | undefined },
): Promise<string | null> {
  return outcome === undefined ? null : await hidden(database, document, outcome);
}

async function deliveriesFrom(database: Database, rows: readonly DatabaseRow[]): Promise<StoredDelivery[]> {
  const deliveries: StoredDelivery[] = [];
  for (const row of rows) deliveries.push(await deliveryFrom(database, row));
  return deliveries;
}

async function deliveryFrom(database: Database, row: DatabaseRow): Promise<StoredDelivery> {
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

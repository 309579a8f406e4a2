import type { Database, DatabaseRow } from '../database.js';

export type ReceiverState = 'up' | 'down' | 'paused';

/** Everything that was ever to be delivered to a receiver. */
export interface Backlog {
  readonly waiting: number;
  /** Since when the oldest waiting document should be delivered to it. */
  readonly oldest: number | null;
  readonly delivered: number;
  readonly dead: number;
}

export interface StoredReceiver extends Backlog {
  readonly name: string;
  readonly state: ReceiverState;
  readonly since: number;
  readonly reason: string | null;
}

/** The state of a receiver. `receiverOf` also counts everything that was ever to be delivered to it. */
export async function receiverState(database: Database, name: string): Promise<ReceiverState> {
  const row = await database.first('select state from receiver where name = ?', [name]);
  return (row === undefined ? 'up' : String(row.state)) as ReceiverState;
}

/** The state of a receiver, with what waits for it of all tenants. */
export async function receiverOf(database: Database, name: string): Promise<StoredReceiver> {
  const row = await database.first('select * from receiver where name = ?', [name]);
  const counts = await database.first(`select ${COUNTS} from delivery where receiver = ?`, [name]);
  return {
    name,
    state: (row === undefined ? 'up' : String(row.state)) as ReceiverState,
    since: row === undefined ? 0 : Number(row.since),
    reason: row === undefined || row.reason === null ? null : String(row.reason),
    ...countsIn(counts!),
  };
}

/** What waits for it of one tenant. */
export async function backlogOf(database: Database, name: string): Promise<Backlog> {
  const counts = await database.first(`select ${COUNTS} from delivery where tenant = :tenant and receiver = ?`, [name]);
  return countsIn(counts!);
}

const COUNTS = `sum(case when state = 'waiting' then 1 else 0 end) as waiting, min(case when state = 'waiting' then first_at end) as oldest,
  sum(case when state = 'delivered' then 1 else 0 end) as delivered, sum(case when state = 'dead' then 1 else 0 end) as dead`;

function countsIn(counts: DatabaseRow): Backlog {
  return {
    waiting: Number(counts.waiting ?? 0),
    oldest: counts.oldest === null || counts.oldest === undefined ? null : Number(counts.oldest),
    delivered: Number(counts.delivered ?? 0),
    dead: Number(counts.dead ?? 0),
  };
}

export async function setReceiver(
  database: Database,
  name: string,
  state: ReceiverState,
  reason: string | null,
  now: number,
): Promise<void> {
  await database.run(
    `insert into receiver values (?, ?, ?, ?)
     on conflict (name) do update set state = excluded.state, since = excluded.since, reason = excluded.reason`,
    [name, state, now, reason],
  );
}

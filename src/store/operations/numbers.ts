/** How much is in the store, and how much is waiting, for one tenant or for all. */
import type { Database, DatabaseRow } from '../database.js';
import type { DocumentState } from '../records.js';

export interface StoreNumbers {
  readonly states: Readonly<Partial<Record<DocumentState, number>>>;
  readonly waiting: number;
  /** When the oldest waiting document was received; undefined if none waits. */
  readonly oldest: number | undefined;
}

const WAITING = "kind in ('convert', 'unwrap') and state = 'ready'";

export async function numbers(database: Database): Promise<StoreNumbers> {
  const rows = await database.all('select state, count(*) as count from document group by state');
  return { states: countsOf(rows), ...(await waiting(database)) };
}

export async function numbersOf(database: Database): Promise<StoreNumbers> {
  const rows = await database.all(
    'select state, count(*) as count from document where tenant = :tenant group by state',
  );
  const row = await database.first(
    `select count(*) as count, min(due) as oldest from task where tenant = :tenant and ${WAITING}`,
  );
  return { states: countsOf(rows), ...waitingIn(row!) };
}

/** How many documents wait to be converted, and since when. This is asked every second. */
export async function waiting(database: Database): Promise<Pick<StoreNumbers, 'waiting' | 'oldest'>> {
  const row = await database.first(`select count(*) as count, min(due) as oldest from task where ${WAITING}`);
  return waitingIn(row!);
}

/** How many bytes of documents a tenant has, as they were sent. The quota of a tenant is about these. */
export async function storedBytes(database: Database): Promise<number> {
  const row = await database.first(
    'select coalesce(sum(size), 0) as bytes from document where tenant = :tenant and source_gone = 0',
  );
  return Number(row!.bytes);
}

function countsOf(rows: readonly DatabaseRow[]): StoreNumbers['states'] {
  return Object.fromEntries(rows.map(({ state, count }) => [String(state), Number(count)]));
}

function waitingIn({ count, oldest }: DatabaseRow): Pick<StoreNumbers, 'waiting' | 'oldest'> {
  return { waiting: Number(count), oldest: oldest === null ? undefined : Number(oldest) };
}

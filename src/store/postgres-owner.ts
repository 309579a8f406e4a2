/** The store in a PostgreSQL, which several nodes may use at once: each operation is a transaction. */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './database.js';
import { operations, reading } from './operations/index.js';
import type { Answered, Asked, Owner } from './owner.js';
import { openPool, sqlState, type Postgres, type PostgresPool } from './postgres.js';
import { migrate, StoreError } from './schema.js';
import { openSecrets, rekey, type Secrets } from './secrets.js';
import { step } from './steps.js';

/** What the nodes call each other by. */
const CHANNEL = 'cairn';

/** Whoever is told more often than this has not been listening. A call takes a lock of the whole server when it commits. */
const ANNOUNCE_MILLISECONDS = 100;

const LISTEN_AGAIN_MILLISECONDS = 2000;

/** Two transactions came in each other's way: one of them is done again. */
const AGAIN = new Set(['40001', '40P01', '23505', '55P03']);

const MOST_TRIES = 6;

/** @throws StoreError where the server can't be reached, or can't keep what it is given */
export async function openPostgresOwner(
  address: string,
  masterKey: Uint8Array | undefined,
  onAnnounced: () => void,
): Promise<Owner> {
  let secrets: Secrets | undefined;
  const pool = openPool(address, () => secrets);
  try {
    secrets = await pool.with((database) => prepare(database, masterKey));
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw startError(error, address);
  }
  const listener = startListener(pool, onAnnounced);
  let announcing: NodeJS.Timeout | undefined;
  return {
    ask: (asked) => answer(pool, asked),
    upkeep: {
      backup: () => Promise.reject(new Error('a store in PostgreSQL is copied by pg_dump')),
      async compact() {
        // The keys of what was purged are in no page any more; without them what is left of the rest opens to nobody.
        await pool.with((database) => database.exec('vacuum full data_key'));
        await pool.with((database) => database.exec('vacuum'));
      },
      rekey: (next) => pool.with((database) => transaction(database, () => rekey(database, next))),
      // PostgreSQL has no check of its own that a client may ask for; cairn store check reads every document.
      integrity: () => Promise.resolve([]),
    },
    announce() {
      announcing ??= setTimeout(() => {
        announcing = undefined;
        // A call that is lost is made up for by those who look each second.
        pool.with((database) => database.exec(`notify ${CHANNEL}`)).catch(() => undefined);
      }, ANNOUNCE_MILLISECONDS);
    },
    async close() {
      clearTimeout(announcing);
      await listener.stop();
      await pool.end();
    },
  };
}

/** Uses the database of an address, in a transaction that is kept where all went well. @throws StoreError */
export async function withPostgres<T>(address: string, use: (database: Database) => Promise<T>): Promise<T> {
  const pool = openPool(address, () => undefined);
  try {
    return await pool.with(async (database) => {
      await checkServer(database);
      // A copy takes as long as it takes.
      await database.exec('set statement_timeout = 0');
      return await transaction(database, async () => {
        await migrate(database);
        return await use(database);
      });
    });
  } catch (error) {
    throw startError(error, address);
  } finally {
    await pool.end();
  }
}

async function answer(pool: PostgresPool, { id, name, args }: Asked): Promise<Answered> {
  const operation = operations[name] as (database: Postgres, ...args: readonly unknown[]) => Promise<unknown>;
  for (let attempt = 1; ; attempt++) {
    try {
      const value = await pool.with((database) =>
        reading.has(name) ? operation(database, ...args) : transaction(database, () => operation(database, ...args)),
      );
      return { id, value };
    } catch (error) {
      const code = sqlState(error);
      if (code !== undefined && AGAIN.has(code) && attempt < MOST_TRIES) {
        await delay(Math.random() * 10 * 2 ** attempt);
        continue;
      }
      return { id, error: { code: code ?? 'unreachable', message: failureText(error) } };
    }
  }
}

async function transaction<T>(database: Postgres, work: () => Promise<T>): Promise<T> {
  await database.exec('begin');
  try {
    const value = await work();
    step('before-commit');
    await database.exec('commit');
    step('after-commit');
    return value;
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await database.exec('rollback').catch(() => undefined);
    throw error;
  }
}

/** Never what PostgreSQL says itself: that may quote a value. */
function failureText(error: unknown): string {
  const code = sqlState(error);
  if (code === '53100') return 'the disk of PostgreSQL is full';
  return code === undefined ? 'PostgreSQL cannot be reached' : `PostgreSQL answered ${code}`;
}

/** Looks whether the server keeps what it is given, and brings the schema up to date under a lock. */
async function prepare(database: Postgres, masterKey: Uint8Array | undefined): Promise<Secrets | undefined> {
  await checkServer(database);
  return await transaction(database, async () => {
    await migrate(database);
    return await openSecrets(database, masterKey);
  });
}

async function checkServer(database: Postgres): Promise<void> {
  const setting = async (name: string): Promise<string> =>
    String((await database.first(`select current_setting('${name}') as value`))!.value);
  const version = Number(await setting('server_version_num'));
  if (version < 140_000)
    throw new StoreError(`the store needs PostgreSQL 14 or newer; this is ${Math.floor(version / 10_000)}`);
  for (const name of ['fsync', 'full_page_writes']) {
    if ((await setting(name)) === 'off')
      throw new StoreError(
        `PostgreSQL runs with ${name} = off: what is accepted could be lost; set it to on (postgresql.conf)`,
      );
  }
  if ((await setting('synchronous_commit')) === 'off')
    throw new StoreError(
      'PostgreSQL runs with synchronous_commit = off: what is accepted could be lost; set it to on for this database',
    );
  if ((await setting('server_encoding')) !== 'UTF8')
    throw new StoreError('the database is not in UTF8: make one with createdb --encoding UTF8 --template template0');
}

function startError(error: unknown, address: string): Error {
  if (error instanceof StoreError) return error;
  const { host, database } = placeOf(address);
  const code = sqlState(error);
  switch (code) {
    case '28P01':
    case '28000':
      return new StoreError(
        `PostgreSQL on ${host} does not let this user in: look at user and password of the address`,
      );
    case '3D000':
      return new StoreError(`there is no database ${database} on ${host}: make it (createdb ${database})`);
    case '42501':
      return new StoreError(`this user may not make tables in ${database} on ${host}: grant create on schema public`);
    case '25006':
      return new StoreError(`PostgreSQL on ${host} is read-only (a standby?): name the primary`);
    case undefined:
      return new StoreError(
        `PostgreSQL on ${host} cannot be reached (${(error as NodeJS.ErrnoException).code ?? 'no connection'}): does it run, and is the address right?`,
      );
    default:
      return new StoreError(`PostgreSQL on ${host} can't be used as a store (SQLSTATE ${code})`);
  }
}

/** Never user or password. */
function placeOf(address: string): { host: string; database: string } {
  try {
    const url = new URL(address);
    return {
      host: url.host || (url.searchParams.get('host') ?? 'this machine'),
      database: url.pathname.slice(1) || 'of that name',
    };
  } catch {
    return { host: 'the server', database: 'of that name' };
  }
}

/** Listens on a connection of its own, and again on another one where that breaks. */
function startListener(pool: PostgresPool, onAnnounced: () => void): { stop(): Promise<void> } {
  const state: { stopped: boolean; client?: pg.Client | undefined } = { stopped: false };
  const isStopped = (): boolean => state.stopped;
  const ended = new AbortController();

  async function listen(): Promise<void> {
    while (!isStopped()) {
      try {
        const client = await pool.connect();
        state.client = client;
        const gone = new Promise((resolve) => client.once('error', resolve).once('end', resolve));
        client.on('notification', onAnnounced);
        await client.query(`listen ${CHANNEL}`);
        // What was called while nobody listened.
        onAnnounced();
        // Asked to end while it began, nobody else would end the connection.
        if (!isStopped()) await gone;
        await client.end().catch(() => undefined);
      } catch {
        // It is tried again.
      }
      if (!isStopped())
        await delay(LISTEN_AGAIN_MILLISECONDS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  const running = listen();
  return {
    async stop() {
      state.stopped = true;
      ended.abort();
      await state.client?.end().catch(() => undefined);
      await running;
    },
  };
}

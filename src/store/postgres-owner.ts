/** The store in a PostgreSQL, which several nodes may use at once: each operation is a transaction. */
import { setTimeout as delay } from 'node:timers/promises';
import { databaseOf, type Connection } from './database.js';
import { reading } from './operations/index.js';
import { operationOf, type Answered, type Asked, type Owner } from './owner.js';
import { CHANNEL, startListener } from './postgres-listener.js';
import { checkServer, startError, warningsOf } from './postgres-start.js';
import { openPool, sqlState, type Postgres, type PostgresPool } from './postgres.js';
import { migrate } from './schema.js';
import { openSecrets, rekey, type Secrets } from './secrets.js';
import { step } from './steps.js';

/** Whoever is told more often than this has not been listening. A call takes a lock of the whole server when it commits. */
const ANNOUNCE_MILLISECONDS = 100;

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
  let warnings: readonly string[] = [];
  const pool = openPool(address, () => secrets);
  try {
    secrets = await pool.with(undefined, (database) => prepare(database, masterKey));
    warnings = await pool.with(undefined, warningsOf);
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw startError(error, address);
  }
  const listener = startListener(pool, onAnnounced);
  let announcing: NodeJS.Timeout | undefined;
  return {
    warnings,
    ask: (asked) => answer(pool, asked),
    upkeep: {
      backup: () => Promise.reject(new Error('a store in PostgreSQL is copied by pg_dump')),
      async compact() {
        // The keys of what was purged are in no page any more; without them what is left of the rest opens to nobody.
        await pool.with(undefined, (database) => database.exec('vacuum full data_key'));
        await pool.with(undefined, (database) => database.exec('vacuum'));
      },
      rekey: (next) => pool.with(undefined, (database) => transaction(database, () => rekey(database, next))),
      // PostgreSQL has no check of its own that a client may ask for; cairn store check reads every document.
      integrity: () => Promise.resolve([]),
    },
    announce() {
      announcing ??= setTimeout(() => {
        announcing = undefined;
        // A call that is lost is made up for by those who look each second.
        pool.with(undefined, (database) => database.exec(`notify ${CHANNEL}`)).catch(() => undefined);
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
export async function withPostgres<T>(address: string, use: (database: Connection) => Promise<T>): Promise<T> {
  const pool = openPool(address, () => undefined);
  try {
    return await pool.with(undefined, async (database) => {
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

async function answer(pool: PostgresPool, asked: Asked): Promise<Answered> {
  const { id, name, tenant } = asked;
  for (let attempt = 1; ; attempt++) {
    try {
      const value = await pool.with(tenant, (connection) => {
        const work = async (): Promise<unknown> => await operationOf(asked)(databaseOf(connection, tenant));
        return reading.has(name) ? work() : transaction(connection, work);
      });
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

/** The store in a PostgreSQL, which several nodes can use at once. Each operation is a transaction. */
import { setTimeout as delay } from 'node:timers/promises';
import { databaseOf, type Connection } from './database.js';
import { reading } from './operations/index.js';
import { operationOf, type Answered, type Asked } from './asked.js';
import type { Owner } from './owner.js';
import { CHANNEL, startListener } from './postgres-listener.js';
import { checkServer, startError, warningsOf } from './postgres-start.js';
import { openPool, sqlState, type Postgres, type PostgresPool } from './postgres.js';
import { migrate } from './schema.js';
import type { Secrets } from './keys.js';
import { openSecrets, rekey } from './secrets.js';
import { step } from './steps.js';

/** The shortest time between two notifications. A notification takes a lock of the whole server when it commits. */
const ANNOUNCE_MILLISECONDS = 100;

/** Two transactions were in conflict. One of them is done again. */
const AGAIN = new Set(['40001', '40P01', '23505', '55P03']);

const MOST_TRIES = 6;

/** @throws StoreError if the server can't be reached, or could lose what it accepts */
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
        // Removes the keys of purged documents from every page. What is left of these documents can't be opened without
        // them.
        await pool.with(undefined, (database) => database.exec('vacuum full data_key'));
        await pool.with(undefined, (database) => database.exec('vacuum'));
      },
      rekey: (next) => pool.with(undefined, (database) => transaction(database, () => rekey(database, next))),
      // PostgreSQL has no check of its own for clients. `cairn store check` reads every document.
      integrity: () => Promise.resolve([]),
    },
    announce() {
      announcing ??= setTimeout(() => {
        announcing = undefined;
        // If a notification is lost, the other nodes still look every second.
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

/**
 * Uses the database at an address, in a transaction that is committed if all goes well.
 * @throws StoreError
 */
export async function withPostgres<T>(address: string, use: (database: Connection) => Promise<T>): Promise<T> {
  const pool = openPool(address, () => undefined);
  try {
    return await pool.with(undefined, async (database) => {
      await checkServer(database);
      // A copy may take any time.
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
    // If the connection is gone, the transaction is gone too.
    await database.exec('rollback').catch(() => undefined);
    throw error;
  }
}

/** Never the text of PostgreSQL itself, because it may quote a value. */
function failureText(error: unknown): string {
  const code = sqlState(error);
  if (code === '53100') return 'the disk of PostgreSQL is full';
  return code === undefined ? 'PostgreSQL cannot be reached' : `PostgreSQL answered ${code}`;
}

/** Checks that the server does not lose what it accepts, and brings the schema up to date under a lock. */
async function prepare(database: Postgres, masterKey: Uint8Array | undefined): Promise<Secrets | undefined> {
  await checkServer(database);
  return await transaction(database, async () => {
    await migrate(database);
    return await openSecrets(database, masterKey);
  });
}

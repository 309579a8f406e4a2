import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { databaseOf, type Connection } from './database.js';
import { letNoneWait, recover } from './operations/claims.js';
import { errorCodeOf, errorMessageOf, operationOf, type Answered, type Asked } from './asked.js';
import type { Owner } from './owner.js';
import { migrate, StoreError } from './schema.js';
import { openSecrets, rekey } from './secrets.js';
import { openSqlite, type Sqlite } from './sqlite.js';
import { step } from './steps.js';

/** If the clock goes back by more, it was set back, not only adjusted. */
const STEP_MILLISECONDS = 1000;

/**
 * The store in a folder, for this process alone.
 * @throws StoreError
 */
export async function openSqliteOwner(folder: string, masterKey?: Uint8Array): Promise<Owner> {
  const database = await openDatabase(folder, async (opened) => {
    opened.secrets = await openSecrets(opened, masterKey);
    await recover(databaseOf(opened, undefined));
  });
  let seen = Date.now();
  let waiting: { asked: Asked; give: (answer: Answered) => void }[] = [];

  async function commit(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      const now = Date.now();
      if (now < seen - STEP_MILLISECONDS) await letNoneWait(databaseOf(database, undefined));
      seen = now;
      const answers = await answerAll(
        database,
        batch.map(({ asked }) => asked),
      );
      for (const [index, answer] of answers.entries()) batch[index]!.give(answer);
    } catch (error) {
      // The batch is not on disk, so nothing of it was promised.
      try {
        database.exec('rollback');
      } catch {
        // The transaction was already gone.
      }
      for (const { asked, give } of batch)
        give({ id: asked.id, error: { code: 'not-written', message: errorMessageOf(error) } });
    }
  }

  return {
    warnings: [],
    ask: (asked) =>
      new Promise((give) => {
        waiting.push({ asked, give });
        // What comes while this batch is written belongs to the next batch.
        if (waiting.length === 1) setImmediate(() => void commit());
      }),
    upkeep: {
      async backup(file) {
        await commit();
        database.run('vacuum into ?', [file]);
      },
      async compact() {
        await commit();
        database.exec('pragma wal_checkpoint(truncate)');
        database.exec('vacuum');
        database.exec('pragma wal_checkpoint(truncate)');
      },
      async rekey(next) {
        await commit();
        database.exec('begin immediate');
        try {
          const count = await rekey(database, next);
          database.exec('commit');
          return count;
        } catch (error) {
          database.exec('rollback');
          throw error;
        }
      },
      integrity() {
        const rows = database.all('pragma integrity_check').map((row) => String(row.integrity_check));
        return Promise.resolve(rows.length === 1 && rows[0] === 'ok' ? [] : rows);
      },
    },
    // No other process has the file.
    announce: () => undefined,
    async close() {
      await commit();
      database.close();
    },
  };
}

/** Uses the database in a folder, in a transaction that is committed if all goes well. */
export async function withSqlite<T>(folder: string, use: (database: Connection) => Promise<T>): Promise<T> {
  let value: T;
  const database = await openDatabase(folder, async (opened) => {
    value = await use(opened);
  });
  database.close();
  return value!;
}

/** Opens the database, prepares it, and brings its schema up to date. */
async function openDatabase(folder: string, prepare: (database: Sqlite) => Promise<void>): Promise<Sqlite> {
  makeFolder(folder);
  const database = openSqlite(join(folder, 'cairn.sqlite'));
  try {
    // The first statement that reads takes an exclusive lock, which is kept.
    database.exec('pragma locking_mode = exclusive');
    database.exec('pragma journal_mode = wal');
    // FULL: each commit is on disk before it is answered. Accepted means that it can't be lost.
    database.exec('pragma synchronous = full');
    database.exec('pragma temp_store = memory');
    // What was purged is overwritten, not only marked as free.
    database.exec('pragma secure_delete = on');
    database.exec('begin exclusive; commit');
  } catch (error) {
    database.close();
    if (/lock|busy/i.test(errorMessageOf(error))) {
      throw new StoreError(`another process uses the store in ${folder}: one folder serves one process`);
    }
    if (/not a database|malformed/i.test(errorMessageOf(error)))
      throw new StoreError(
        `${join(folder, 'cairn.sqlite')} is no store of Cairn, or is damaged: name another folder, or restore a backup`,
      );
    if (/readonly|read-only|unable to open|disk i\/o error/i.test(errorMessageOf(error)))
      throw new StoreError(`the store in ${folder} cannot be written: give this user the right to write there`);
    throw error;
  }
  database.exec('begin immediate');
  try {
    await migrate(database);
    await prepare(database);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    database.close();
    throw error;
  }
  return database;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'is no folder' : `cannot be made (${code})`;
    throw new StoreError(`the store: ${folder} ${why}`);
  }
}

/**
 * Does everything that was asked meanwhile in one transaction, so that one sync serves all. If one call fails, only its
 * own changes are taken back. The answers are given when the transaction is on disk.
 */
async function answerAll(database: Sqlite, batch: readonly Asked[]): Promise<Answered[]> {
  database.exec('begin immediate');
  const answers: Answered[] = [];
  for (const asked of batch) {
    const { id, tenant } = asked;
    database.exec('savepoint one');
    try {
      const value = await operationOf(asked)(databaseOf(database, tenant));
      database.exec('release one');
      answers.push({ id, value });
    } catch (error) {
      database.exec('rollback to one; release one');
      answers.push({ id, error: { code: errorCodeOf(error), message: errorMessageOf(error) } });
    }
  }
  step('before-commit');
  database.exec('commit');
  step('after-commit');
  return answers;
}

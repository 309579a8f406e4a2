import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { operations, type OperationName } from './operations/index.js';
import { migrate, StoreError } from './schema.js';
import { openSqlite, type Sqlite } from './sqlite.js';
import { step } from './steps.js';

export interface Asked {
  readonly id: number;
  readonly name: OperationName;
  readonly args: readonly unknown[];
}

export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/**
 * Opens the database of a folder for this process alone, with its schema up to date and what a crash left half done ready
 * again.
 *
 * @throws StoreError where another process has it, or it is of a newer schema
 */
export async function openDatabase(folder: string): Promise<Sqlite> {
  makeFolder(folder);
  const database = openSqlite(join(folder, 'cairn.sqlite'));
  try {
    // The exclusive lock is taken by the first statement that reads, and kept.
    database.exec('pragma locking_mode = exclusive');
    database.exec('pragma journal_mode = wal');
    // FULL: each commit is on disk before it is answered; accepted means that it can't be lost.
    database.exec('pragma synchronous = full');
    database.exec('pragma temp_store = memory');
    // What was purged is overwritten, not only forgotten.
    database.exec('pragma secure_delete = on');
    database.exec('begin exclusive; commit');
  } catch (error) {
    database.close();
    if (/lock|busy/i.test(messageOf(error))) {
      throw new StoreError(`another process uses the store in ${folder}: one folder serves one process`);
    }
    if (/not a database|malformed/i.test(messageOf(error)))
      throw new StoreError(
        `${join(folder, 'cairn.sqlite')} is no store of Cairn, or is damaged: name another folder, or restore a backup`,
      );
    if (/readonly|read-only|unable to open/i.test(messageOf(error)))
      throw new StoreError(`the store in ${folder} cannot be written: give this user the right to write there`);
    throw error;
  }
  migrate(database);
  await operations.recover(database);
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
 * Does what was asked meanwhile in one transaction, so that one sync serves them all. A call that fails takes back its own
 * changes alone; the answers are only given once the transaction is on disk.
 */
export async function answerAll(database: Sqlite, batch: readonly Asked[]): Promise<Answered[]> {
  database.exec('begin immediate');
  const answers: Answered[] = [];
  for (const { id, name, args } of batch) {
    database.exec('savepoint one');
    try {
      const operation = operations[name] as (database: Sqlite, ...args: readonly unknown[]) => Promise<unknown>;
      const value = await operation(database, ...args);
      database.exec('release one');
      answers.push({ id, value });
    } catch (error) {
      database.exec('rollback to one; release one');
      answers.push({ id, error: { code: codeOf(error), message: messageOf(error) } });
    }
  }
  step('before-commit');
  database.exec('commit');
  step('after-commit');
  return answers;
}

/** What can't be done inside a transaction. */
export const upkeep = {
  /** A copy of the whole database as it is now, in a file that is not there yet. */
  backup(database: Sqlite, file: string): void {
    database.run('vacuum into ?', [file]);
  },
  /** What was deleted is in no file any more. */
  compact(database: Sqlite): void {
    database.exec('pragma wal_checkpoint(truncate)');
    database.exec('vacuum');
    database.exec('pragma wal_checkpoint(truncate)');
  },
  /** What SQLite itself finds wrong; empty where nothing is. */
  integrity(database: Sqlite): string[] {
    const rows = database.all('pragma integrity_check').map((row) => String(row.integrity_check));
    return rows.length === 1 && rows[0] === 'ok' ? [] : rows;
  },
} as const;

export type Upkeep = keyof typeof upkeep;

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'unknown';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

import { createRequire } from 'node:module';
import type { Connection, SqlParameter, DatabaseRow } from './database.js';
import { numbered, sqlite } from './dialect.js';
import type { Secrets } from './keys.js';

/** An SQLite database that is used from one thread. Each statement is prepared once. */
export interface Sqlite extends Connection {
  secrets?: Secrets | undefined;
  /** Statements without parameters. */
  exec(sql: string): void;
  /** How many rows it changed. */
  run(sql: string, parameters?: readonly SqlParameter[]): number;
  all(sql: string, parameters?: readonly SqlParameter[]): DatabaseRow[];
  first(sql: string, parameters?: readonly SqlParameter[]): DatabaseRow | undefined;
  close(): void;
}

interface Statement {
  run(...parameters: unknown[]): { readonly changes: number | bigint };
  all(...parameters: unknown[]): unknown[];
}

interface Driver {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

/** There is no SQLite: Node has none, and the optional package is not installed. */
export class NoSqliteError extends Error {
  override readonly name = 'NoSqliteError';
}

/**
 * Opens SQLite: `node:sqlite` if Node has it without a flag (from 22.13), otherwise libsql. That is the same engine at
 * the same speed, and is not needed any more when Node 20 is given up.
 *
 * @param file a path, or `:memory:`
 * @throws NoSqliteError; the driver's error if the file is no database
 */
export function openSqlite(file: string): Sqlite {
  const { database, takesList } = open(file);
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = database.prepare(numbered(sql, '?'))));
    return statement;
  };
  // libsql 0.5.29 aborts the process if a boolean, a list or a Buffer is the only argument. So it always gets one list.
  const given = (parameters: readonly SqlParameter[]): unknown[] => (takesList ? [parameters] : [...parameters]);
  const all = (sql: string, parameters: readonly SqlParameter[] = []): DatabaseRow[] =>
    (prepared(sql).all(...given(parameters)) as Record<string, unknown>[]).map(rowOf);
  return {
    exec: (sql) => void database.exec(sql),
    run: (sql, parameters = []) => Number(prepared(sql).run(...given(parameters)).changes),
    all,
    dialect: sqlite,
    lock: () => undefined,
    first: (sql, parameters) => all(sql, parameters)[0],
    close: () => void database.close(),
  };
}

function open(file: string): { database: Driver; takesList: boolean } {
  const require = createRequire(import.meta.url);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) {
    const { DatabaseSync } = require('node:sqlite') as { DatabaseSync: new (file: string) => Driver };
    return { database: new DatabaseSync(file), takesList: false };
  }
  let LibSql: new (file: string) => Driver;
  try {
    LibSql = require('libsql') as typeof LibSql;
  } catch {
    throw new NoSqliteError('a store needs Node 22.13 or newer, or the package libsql (npm install libsql)');
  }
  return { database: new LibSql(file), takesList: true };
}

/** libsql gives blobs as ArrayBuffers, node:sqlite gives Uint8Arrays. */
function rowOf(row: Record<string, unknown>): DatabaseRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
  ) as DatabaseRow;
}

/** What the operations need of a database: SQLite answers at once, PostgreSQL later; they await both. */
import { TENANT, type Dialect } from './dialect.js';
import type { Secrets } from './secrets.js';

export type Parameter = null | number | string | Uint8Array;

export type Row = Readonly<Record<string, null | number | string | Uint8Array>>;

/** The SQL is what SQLite and PostgreSQL both take, with `?` for parameters; where they differ, `dialect` has the words. */
export interface Connection {
  readonly dialect: Dialect;
  /** Where the store is encrypted. */
  readonly secrets?: Secrets | undefined;
  /** How many rows it changed. */
  run(sql: string, parameters?: readonly Parameter[]): number | Promise<number>;
  all(sql: string, parameters?: readonly Parameter[]): Row[] | Promise<Row[]>;
  first(sql: string, parameters?: readonly Parameter[]): Row | undefined | Promise<Row | undefined>;
  /**
   * Nobody else comes past the same name until this transaction ends: for what is decided by rows that another transaction
   * may be writing. Of several names the caller takes all at once, so that no two wait for each other.
   */
  lock(...names: readonly string[]): void | Promise<void>;
}

/**
 * What an operation works with. Of a tenant, each of its statements names `:tenant`, which is that tenant and nothing that the
 * operation could give itself; a statement that forgets it is not done.
 *
 *   database.first('select data from body where tenant = :tenant and document = ?', [id])
 *
 * Of all tenants (`tenant` is undefined) none does: the service itself looks for what is to be done, and goes on by `of`.
 */
export interface Database extends Connection {
  readonly tenant: string | undefined;
  /** The same database, for a tenant alone. */
  of(tenant: string): Database;
}

/** @param tenant undefined for all of them */
export function databaseOf(connection: Connection, tenant: string | undefined): Database {
  const given = (sql: string, parameters: readonly Parameter[] = []): readonly Parameter[] => {
    if (sql.includes(TENANT) !== (tenant !== undefined))
      throw new Error(tenant === undefined ? 'a statement of all tenants names one' : 'a statement names no tenant');
    return tenant === undefined ? parameters : [tenant, ...parameters];
  };
  return {
    tenant,
    dialect: connection.dialect,
    secrets: connection.secrets,
    run: (sql, parameters) => connection.run(sql, given(sql, parameters)),
    all: (sql, parameters) => connection.all(sql, given(sql, parameters)),
    first: (sql, parameters) => connection.first(sql, given(sql, parameters)),
    lock: (...names) => connection.lock(...names),
    of: (other) => databaseOf(connection, other),
  };
}

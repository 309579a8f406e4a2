/** What the operations need from a database. SQLite answers at once, PostgreSQL later; operations await both. */
import { TENANT, type Dialect } from './dialect.js';
import type { Secrets } from './keys.js';

export type SqlParameter = null | number | string | Uint8Array;

export type DatabaseRow = Readonly<Record<string, null | number | string | Uint8Array>>;

/**
 * A connection. Its SQL is valid in SQLite and PostgreSQL, with `?` for parameters. Where the two differ, `dialect` has
 * the words.
 */
export interface Connection {
  readonly dialect: Dialect;
  /** Set if the store is encrypted. */
  readonly secrets?: Secrets | undefined;
  /** Answers how many rows it changed. */
  run(sql: string, parameters?: readonly SqlParameter[]): number | Promise<number>;
  all(sql: string, parameters?: readonly SqlParameter[]): DatabaseRow[] | Promise<DatabaseRow[]>;
  first(sql: string, parameters?: readonly SqlParameter[]): DatabaseRow | undefined | Promise<DatabaseRow | undefined>;
  /**
   * Until this transaction ends, no other transaction gets past the same name. For decisions that depend on rows that
   * another transaction may be writing. A caller that needs several names takes them all at once, so that no two wait
   * for each other.
   */
  lock(...names: readonly string[]): void | Promise<void>;
}

/**
 * What an operation works with. For a tenant, each statement must have `:tenant`, which is replaced by that tenant and
 * which the operation can't set itself; a statement without it is refused.
 *
 *   database.first('select data from body where tenant = :tenant and document = ?', [id])
 *
 * For all tenants (`tenant` is undefined) no statement may have it: the service itself looks for what has to be done,
 * and goes on with `of`.
 */
export interface Database extends Connection {
  readonly tenant: string | undefined;
  /** The same database, for one tenant. */
  of(tenant: string): Database;
}

/** @param tenant undefined for all tenants */
export function databaseOf(connection: Connection, tenant: string | undefined): Database {
  const given = (sql: string, parameters: readonly SqlParameter[] = []): readonly SqlParameter[] => {
    if (sql.includes(TENANT) !== (tenant !== undefined))
      throw new Error(
        tenant === undefined ? 'a statement of all tenants names one' : 'a statement does not name the tenant',
      );
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

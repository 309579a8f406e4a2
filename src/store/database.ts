/** What the operations need of a database: SQLite answers at once, PostgreSQL later; they await both. */
import type { Dialect } from './dialect.js';
import type { Secrets } from './secrets.js';

export type Parameter = null | number | string | Uint8Array;

export type Row = Readonly<Record<string, null | number | string | Uint8Array>>;

/** The SQL is what SQLite and PostgreSQL both take, with `?` for parameters; where they differ, `dialect` has the words. */
export interface Database {
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

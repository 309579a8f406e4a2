/** What the operations need of a database: SQLite answers at once, PostgreSQL later; they await both. */

export type Parameter = null | number | string | Uint8Array;

export type Row = Readonly<Record<string, null | number | string | Uint8Array>>;

/** The SQL is what SQLite and PostgreSQL both take, with `?` for parameters. */
export interface Database {
  /** How many rows it changed. */
  run(sql: string, parameters?: readonly Parameter[]): number | Promise<number>;
  all(sql: string, parameters?: readonly Parameter[]): Row[] | Promise<Row[]>;
  first(sql: string, parameters?: readonly Parameter[]): Row | undefined | Promise<Row | undefined>;
  /** What stands behind a `select` whose rows this transaction takes for itself: nothing where nobody else can come. */
  readonly skipLocked: string;
}

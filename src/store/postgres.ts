/** PostgreSQL as the operations use it: a connection of the pool, for one transaction. */
import pg from 'pg';
import type { Connection, SqlParameter, DatabaseRow } from './database.js';
import { numbered, postgres } from './dialect.js';
import type { Secrets } from './keys.js';

/** So many operations run at once; the others wait for one of them. */
const CONNECTIONS = 10;

const CONNECT_MILLISECONDS = 5000;

/**
 * What each connection is told first. A node that stops in the middle of a transaction must not hold up the others by what it
 * has locked.
 */
const MANNERS = [
  'set idle_in_transaction_session_timeout = 30000',
  'set lock_timeout = 30000',
  'set statement_timeout = 120000',
  "set client_min_messages = 'warning'",
];

/** Types as PostgreSQL numbers them (pg_type.oid). */
const INT8 = 20;
const NUMERIC = 1700;

/** Counts and times are bigint there, and come as text: none of ours is above 2^53. */
const ofDriver = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) => (oid === INT8 || oid === NUMERIC ? Number : ofDriver(oid, format)),
};

export interface PostgresPool {
  /**
   * One connection, alone; it goes back whatever happens. It sees the rows of a tenant alone, or of all of them (undefined): the
   * server itself holds that by row security, whatever its statements say.
   */
  with<T>(tenant: string | undefined, use: (database: Postgres) => Promise<T>): Promise<T>;
  /** A connection of its own, that is not of the pool. */
  connect(): Promise<pg.Client>;
  end(): Promise<void>;
}

/** A connection, and what it takes besides the statements of the operations. */
export interface Postgres extends Connection {
  /** Statements without parameters, several where wanted. */
  exec(sql: string): Promise<void>;
}

/** @param secrets once they are known: the first connection finds them */
export function openPool(address: string, secrets: () => Secrets | undefined): PostgresPool {
  const options: pg.PoolConfig = {
    connectionString: address,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    application_name: 'cairn',
    types,
  };
  const pool = new pg.Pool({ ...options, max: CONNECTIONS });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined);
  /** Whose rows each connection was told to see last. */
  const told = new WeakMap<pg.PoolClient, string>();
  return {
    async with(tenant, use) {
      const client = await pool.connect();
      let broken: unknown;
      // The server may end the connection at any moment; the statement that runs then fails and tells it.
      const onError = (error: Error): void => {
        broken = error;
      };
      client.on('error', onError);
      try {
        const seen = tenant === undefined ? '*' : `=${tenant}`;
        const before = told.get(client);
        if (before !== seen) {
          const statements = [...(before === undefined ? MANNERS : []), `set cairn.tenant = ${pg.escapeLiteral(seen)}`];
          await client.query(statements.join(';'));
          told.set(client, seen);
        }
        return await use(databaseOf(client, secrets()));
      } catch (error) {
        if (!isOfStatement(error)) broken = error;
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken !== undefined);
      }
    },
    async connect() {
      const client = new pg.Client(options);
      await client.connect();
      return client;
    },
    end: () => pool.end(),
  };
}

function databaseOf(client: pg.PoolClient, secrets: Secrets | undefined): Postgres {
  const all = async (sql: string, parameters: readonly SqlParameter[] = []): Promise<DatabaseRow[]> =>
    (await query(client, sql, parameters)).rows as DatabaseRow[];
  return {
    dialect: postgres,
    secrets,
    run: async (sql, parameters = []) => (await query(client, sql, parameters)).rowCount ?? 0,
    all,
    first: async (sql, parameters) => (await all(sql, parameters))[0],
    exec: async (sql) => {
      await client.query(sql);
    },
    async lock(...names) {
      // In one order, so that two who take the same names never wait for each other.
      for (const name of [...new Set(names)].sort())
        await client.query({
          name: 'lock',
          text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
          values: [name],
        });
    },
  };
}

const statements = new Map<string, { readonly name: string; readonly text: string }>();

/** Statements are prepared once for each text and connection. */
function query(client: pg.PoolClient, sql: string, parameters: readonly SqlParameter[]): Promise<pg.QueryResult> {
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = { name: `cairn_${statements.size}`, text: numbered(sql, '$') };
    statements.set(sql, statement);
  }
  return client.query({ ...statement, values: parameters.map(valueOf) });
}

/** A text of PostgreSQL holds no NUL, and a bigint no fraction. */
function valueOf(parameter: SqlParameter): unknown {
  if (typeof parameter === 'string') return parameter.replaceAll('\0', '\uFFFD');
  if (typeof parameter === 'number') return Math.round(parameter);
  return parameter instanceof Uint8Array
    ? Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength)
    : parameter;
}

/** An answer of the server (five signs, SQLSTATE), after which the connection is as good as before. */
export function isOfStatement(error: unknown): boolean {
  const code = sqlState(error);
  // 08: the connection; 57P: it is shut down, or we were ended.
  return code !== undefined && !/^(08|57P)/.test(code);
}

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code) ? code : undefined;
}

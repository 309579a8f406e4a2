/** Checks that a PostgreSQL can be used as a store, and says what to do if not. */
import { sqlState, type Postgres } from './postgres.js';
import { StoreError } from './schema.js';

/**
 * Checks that the server does not lose what it accepts.
 * @throws StoreError
 */
export async function checkServer(database: Postgres): Promise<void> {
  const setting = async (name: string): Promise<string> =>
    String((await database.first(`select current_setting('${name}') as value`))!.value);
  const version = Number(await setting('server_version_num'));
  if (version < 140_000)
    throw new StoreError(`the store needs PostgreSQL 14 or newer; this is ${Math.floor(version / 10_000)}`);
  for (const name of ['fsync', 'full_page_writes']) {
    if ((await setting(name)) === 'off')
      throw new StoreError(
        `PostgreSQL runs with ${name} = off: what is accepted could be lost; set it to on (postgresql.conf)`,
      );
  }
  if ((await setting('synchronous_commit')) === 'off')
    throw new StoreError(
      'PostgreSQL runs with synchronous_commit = off: what is accepted could be lost; set it to on for this database',
    );
  if ((await setting('server_encoding')) !== 'UTF8')
    throw new StoreError('the database is not in UTF8: make one with createdb --encoding UTF8 --template template0');
}

/** Row security keeps tenants apart a second time. Superusers pass it, and that is a warning. */
export async function warningsOf(database: Postgres): Promise<readonly string[]> {
  const row = await database.first(
    'select case when rolsuper or rolbypassrls then 1 else 0 end as passes from pg_roles where rolname = current_user',
  );
  return Number(row?.passes ?? 0) === 0
    ? []
    : ['row security does not hold for this user of PostgreSQL: give the database to one that is no superuser'];
}

/** What went wrong at the start, in one line that says what to do. It never has the user or the password. */
export function startError(error: unknown, address: string): Error {
  if (error instanceof StoreError) return error;
  const { host, database } = placeOf(address);
  const code = sqlState(error);
  switch (code) {
    case '28P01':
    case '28000':
      return new StoreError(
        `PostgreSQL on ${host} does not let this user in: look at user and password of the address`,
      );
    case '3D000':
      return new StoreError(`there is no database ${database} on ${host}: make it (createdb ${database})`);
    case '42501':
      return new StoreError(`this user may not make tables in ${database} on ${host}: grant create on schema public`);
    case '25006':
      return new StoreError(`PostgreSQL on ${host} is read-only (a standby?): name the primary`);
    case undefined:
      return new StoreError(
        `PostgreSQL on ${host} cannot be reached (${(error as NodeJS.ErrnoException).code ?? 'no connection'}): does it run, and is the address right?`,
      );
    default:
      return new StoreError(`PostgreSQL on ${host} can't be used as a store (SQLSTATE ${code})`);
  }
}

/** Never user or password. */
function placeOf(address: string): { host: string; database: string } {
  try {
    const url = new URL(address);
    return {
      host: url.host || (url.searchParams.get('host') ?? 'this machine'),
      database: url.pathname.slice(1) || 'of that name',
    };
  } catch {
    return { host: 'the server', database: 'of that name' };
  }
}

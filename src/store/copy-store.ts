/** Moves a store to another database. Every row is copied as it is and compared afterwards. */
import { createHash } from 'node:crypto';
import { ownValue } from '../own-value.js';
import type { Connection, DatabaseRow } from './database.js';
import { isPostgres } from './place.js';
import { StoreError } from './schema.js';

/** Every table, with the columns that identify a row. */
const tables = {
  document: ['id'],
  body: ['document', 'what', 'mapping'],
  repeat_key: ['tenant', 'client', 'key'],
  task: ['id'],
  result: ['document', 'mapping'],
  event: ['seq'],
  part: ['envelope', 'number'],
  relation: ['document', 'kind', 'target'],
  job: ['id'],
  job_document: ['job', 'document'],
  job_problem: ['job', 'number'],
  delivered: ['tenant', 'receiver', 'type', 'id'],
  delivery: ['document', 'receiver'],
  removal: ['id'],
  legal_hold: ['tenant', 'about', 'subject'],
  receiver: ['name'],
  setting: ['name'],
  data_key: ['document'],
  audit: ['seq'],
} as const;

/** From here on PostgreSQL numbers the rows itself. */
const numbering = [
  "select setval('document_order', (select coalesce(max(seq), 0) + 1 from document), false)",
  ...(['task:id', 'event:seq', 'audit:seq'] as const).map((one) => {
    const [table, column] = one.split(':');
    return `select setval(pg_get_serial_sequence('${table}', '${column}'), (select coalesce(max(${column}), 0) + 1 from ${table}), false)`;
  }),
];

const PAGE = 200;

/**
 * Copies a store into an empty one, while nobody uses either of them. Answers the number of rows of each table.
 *
 * @throws StoreError if the other store is not empty, or the copy differs
 */
export async function copyStore(from: string, to: string): Promise<ReadonlyMap<string, number>> {
  return await withDatabase(from, (source) =>
    withDatabase(to, async (target) => {
      if ((await target.first('select 1 as found from document limit 1')) !== undefined)
        throw new StoreError('the store that is copied to is not empty: name a new folder or database');
      const counts = new Map<string, number>();
      for (const [table, keys] of Object.entries(tables)) {
        const hash = createHash('sha256');
        let count = 0;
        for await (const rows of pages(source, table, keys)) {
          for (const row of rows) {
            await insert(target, table, row);
            hash.update(textOf(row));
            count++;
          }
        }
        if ((await hashOf(target, table, keys)) !== hash.digest('hex'))
          throw new StoreError(`${table} did not arrive as it was: nothing of the copy is kept`);
        counts.set(table, count);
      }
      if (target.dialect.name === 'postgres') for (const sql of numbering) await target.all(sql);
      return counts;
    }),
  );
}

/** Opens a database with its schema, in one transaction that is committed if all goes well. */
async function withDatabase<T>(place: string, use: (database: Connection) => Promise<T>): Promise<T> {
  if (isPostgres(place)) return await (await import('./postgres-owner.js')).withPostgres(place, use);
  return await (await import('./sqlite-owner.js')).withSqlite(place, use);
}

async function* pages(database: Connection, table: string, keys: readonly string[]): AsyncGenerator<DatabaseRow[]> {
  const names = keys.join(', ');
  let last: DatabaseRow | undefined;
  for (;;) {
    const rows: DatabaseRow[] = await database.all(
      `select * from ${table} ${last === undefined ? '' : `where (${names}) > (${keys.map(() => '?').join(', ')})`} order by ${names} limit ?`,
      [...(last === undefined ? [] : keys.map((key) => ownValue(last!, key)!)), PAGE],
    );
    yield rows;
    last = rows.at(-1);
    if (rows.length < PAGE) return;
  }
}

async function insert(database: Connection, table: string, row: DatabaseRow): Promise<void> {
  const columns = Object.keys(row);
  await database.run(
    `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

async function hashOf(database: Connection, table: string, keys: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for await (const rows of pages(database, table, keys)) for (const row of rows) hash.update(textOf(row));
  return hash.digest('hex');
}

function textOf(row: DatabaseRow): string {
  const entries = Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(
    entries.map(([, value]) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)),
  );
}

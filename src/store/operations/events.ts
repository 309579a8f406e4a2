import type { StoredEvent } from '../records.js';
import type { Database } from '../database.js';

/** Writes down what happened to a document. Nothing of its content is written. */
export async function tell(
  database: Database,
  document: string,
  at: number,
  what: string,
  detail?: object,
): Promise<void> {
  await database.run('insert into event(tenant, document, at, what, detail) values (:tenant, ?, ?, ?, ?)', [
    document,
    at,
    what,
    detail === undefined ? null : JSON.stringify(detail),
  ]);
}

export async function eventsOf(database: Database, document: string): Promise<StoredEvent[]> {
  const rows = await database.all(
    'select seq, at, what, detail from event where tenant = :tenant and document = ? order by seq',
    [document],
  );
  return rows.map(({ seq, at, what, detail }) => ({
    seq: Number(seq),
    at: Number(at),
    what: String(what),
    detail: detail === null ? null : (JSON.parse(String(detail)) as Record<string, unknown>),
  }));
}

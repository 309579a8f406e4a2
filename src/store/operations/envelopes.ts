import type { DocumentState, StoredPart, Task } from '../records.js';
import type { Database } from '../database.js';
import { tell } from './events.js';
import { planRefusal } from './refusals.js';
import { shown, shownOrNone } from './sealing.js';
import { finish, setState } from './tasks.js';

/**
 * Writes down that all parts of the envelope are in the store (accept.ts, acceptParts). Answers false if another
 * attempt has begun since.
 */
export async function finishUnwrap(database: Database, task: Task, parts: number, now: number): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await setState(database, task.document, 'opened', now);
  await tell(database, task.document, now, 'opened', { parts });
  const problem = await database.first(
    'select 1 as found from part where tenant = :tenant and envelope = ? and problem is not null limit 1',
    [task.document],
  );
  if (problem !== undefined) await planRefusal(database, task.document);
  return true;
}

/** The parts of an envelope, in its order. */
export async function partsOf(database: Database, envelope: string): Promise<StoredPart[]> {
  const rows = await database.all(
    `select part.*, document.state as state from part left join document on document.id = part.document
     where part.tenant = :tenant and part.envelope = ? order by part.number`,
    [envelope],
  );
  const parts: StoredPart[] = [];
  for (const row of rows) {
    parts.push({
      number: Number(row.number),
      name: await shown(database, envelope, String(row.name)),
      way: await shown(database, envelope, String(row.way)),
      document: row.document === null ? null : String(row.document),
      state: row.state === null ? null : (String(row.state) as DocumentState),
      problem: await shownOrNone(database, envelope, row.problem),
    });
  }
  return parts;
}

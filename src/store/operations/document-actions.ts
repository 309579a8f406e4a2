/** What an operator can ask for one document: release it, cancel it, convert it again. */
import type { Database } from '../database.js';
import { priorities } from '../records.js';
import { CURRENT } from './current.js';
import { audit } from './audit.js';
import { addTask } from './accept.js';
import { planDeliveries } from './deliveries.js';
import { tell } from './events.js';

/**
 * Releases a document that is held because a document of another patient has the same id. Answers false if it is not
 * held.
 */
export async function releaseHeld(database: Database, id: string, actor: string, now: number): Promise<boolean> {
  const changed = await database.run(
    "update document set state = 'received', released = 1, reason = null, settled = null where tenant = :tenant and id = ? and state = 'held'",
    [id],
  );
  if (changed === 0) return false;
  await addTask(database, id, 'convert', priorities.live);
  await tell(database, id, now, 'released', { by: actor });
  await audit(database, { action: 'release', agent: actor, document: id }, now);
  return true;
}

/** Cancels a document whose conversion has not begun. Answers false if it has begun. */
export async function cancel(database: Database, id: string, actor: string, now: number): Promise<boolean> {
  const changed = await database.run(
    "update task set state = 'done' where tenant = :tenant and document = ? and kind in ('convert', 'unwrap') and state = 'ready'",
    [id],
  );
  if (changed === 0) return false;
  await database.run("update document set state = 'cancelled', settled = ? where tenant = :tenant and id = ?", [
    now,
    id,
  ]);
  await tell(database, id, now, 'cancelled', { by: actor });
  return true;
}

/**
 * Converts documents again, after those that wait. Answers how many; documents that are being worked on are left alone.
 */
export async function convertAgain(
  database: Database,
  ids: readonly string[],
  job: string,
  now: number,
): Promise<number> {
  let count = 0;
  for (const id of ids) {
    const row = await database.first(
      "select state from document where tenant = :tenant and id = ? and is_envelope = 0 and source_gone = 0 and state not in ('received', 'converting', 'held', 'cancelled', 'purged')",
      [id],
    );
    if (row === undefined) continue;
    await addTask(database, id, 'convert', priorities.replay);
    await database.run(
      "update document set state = 'received', settled = null where tenant = :tenant and id = ? and state in ('failed', 'refused')",
      [id],
    );
    await database.run(
      "insert into job_document(tenant, job, document, name) values (:tenant, ?, ?, '') on conflict (job, document) do nothing",
      [job, id],
    );
    await tell(database, id, now, 'replay', { job });
    count++;
  }
  return count;
}

/** Sends documents to their receivers again. What a receiver already has is not sent. Answers how many documents. */
export async function deliverAgain(
  database: Database,
  ids: readonly string[],
  receivers: readonly string[],
  job: string,
  now: number,
): Promise<number> {
  let count = 0;
  for (const id of ids) {
    const row = await database.first(
      `select 1 as found from document where tenant = :tenant and id = ? and result_gone = 0 and state in ${CURRENT}`,
      [id],
    );
    const meant = await database.all('select receiver from delivery where tenant = :tenant and document = ?', [id]);
    const names = meant.map(({ receiver }) => String(receiver)).filter((name) => receivers.includes(name));
    if (row === undefined || names.length === 0) continue;
    await planDeliveries(database, id, names, now);
    await database.run("update document set state = 'converted' where tenant = :tenant and id = ?", [id]);
    await tell(database, id, now, 'deliver-again', { job });
    count++;
  }
  return count;
}

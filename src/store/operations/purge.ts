import type { Database } from '../database.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { heldOf, LOCK } from './legal-holds.js';
import { planRemovals, type PlannedRemoval } from './plan-removals.js';

/** The documents of a patient, by the id that the patient has in Bundles. */
export async function documentsOfPatient(database: Database, patient: string): Promise<string[]> {
  const rows = await database.all(
    "select id from document where tenant = :tenant and patient = ? and state <> 'purged'",
    [patient],
  );
  return rows.map(({ id }) => String(id));
}

/**
 * Takes away all that a document says: its bytes, results, facts, names of files. What is left is its id, and that it was
 * purged, when, by whom and why. Sent again it stays purged.
 *
 * @returns how many, or those that are on legal hold: then none is purged
 * @param atReceivers what they are to let go of, too; `known` are those in the settings
 */
export async function purge(
  database: Database,
  ids: readonly string[],
  actor: string,
  reason: string,
  now: number,
  atReceivers?: {
    readonly purge: string;
    readonly planned: readonly PlannedRemoval[];
    readonly known: readonly string[];
  },
): Promise<number | { readonly held: readonly string[] }> {
  await database.lock(LOCK);
  const held = await heldOf(database, ids, now);
  if (held.length > 0) return { held };
  if (atReceivers !== undefined) {
    const { purge: id, planned, known } = atReceivers;
    for (const one of planned) await planRemovals(database, id, one, known, now);
  }
  let count = 0;
  for (const id of ids) {
    const changed = await database.run(
      `update document set state = 'purged', settled = ?, reason = null, patient = null, document_id = null, set_id = null, version = null,
         effective = null, kind = null, custodian = null, confidentiality = null, order_key = null, replaced_by = null, appends = null,
         way = null, envelope_facts = null, sender = null, options = '{}', size = 0
       where tenant = :tenant and id = ? and state <> 'purged'`,
      [now, id],
    );
    if (changed === 0) continue;
    // The bytes of the envelope have the document too. The envelope's other documents have their own bytes.
    const envelopes = await database.all('select envelope from part where tenant = :tenant and document = ?', [id]);
    for (const { envelope } of envelopes) {
      await database.run('delete from body where tenant = :tenant and document = ?', [envelope!]);
      await tell(database, String(envelope), now, 'source-purged', { by: actor });
    }
    await database.run(
      "update part set name = '', way = '' where tenant = :tenant and (document = ? or envelope = ?)",
      [id, id],
    );
    await database.run("update job_document set name = '' where tenant = :tenant and document = ?", [id]);
    for (const table of ['body', 'result', 'relation', 'repeat_key', 'delivery', 'data_key'])
      await database.run(`delete from ${table} where tenant = :tenant and document = ?`, [id]);
    // A delivery that is running is waited for before the receiver is asked to delete (claim-deliveries.ts).
    await database.run(
      "delete from task where tenant = :tenant and document = ? and (kind <> 'deliver' or state <> 'running')",
      [id],
    );
    // A list of documents has them word for word.
    await database.run(
      `delete from body where tenant = :tenant and document in (select job.id from job join job_document on job_document.job = job.id
         where job.tenant = :tenant and job.state <> 'running' and job_document.document = ?)`,
      [id],
    );
    await tell(database, id, now, 'purged', { by: actor, reason });
    await audit(database, { action: 'purge', agent: actor, document: id, detail: reason }, now);
    count++;
  }
  return count;
}

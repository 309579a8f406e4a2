/**
 * What must stay, whatever its age and whoever asks for a purge, since a court or an audit may ask for it. A hold is on a document,
 * or on a patient: then also on the patient's documents that come later. What a document came in with (its envelope) stays with it.
 */
import type { Database } from '../database.js';
import { audit } from './audit.js';
import { tell } from './events.js';

export interface HeldSubject {
  /** By the id that Bundles give the patient, or by the id of the document here. */
  readonly about: 'patient' | 'document';
  readonly subject: string;
}

export interface LegalHold extends HeldSubject {
  /** Milliseconds since 1970; `FOR_EVER` until somebody lifts it. */
  readonly until: number;
  readonly since: number;
  readonly by: string;
}

/** Who purges waits for it, too. */
export const LOCK = 'legal hold';

/** 31 December 9999, as a time of FHIR ends. */
export const FOR_EVER = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * The condition that a row of `document` is on hold now; its one parameter is the time.
 *
 * @param document the name that the row has in the statement
 */
export function onLegalHold(document: string): string {
  const subjectIs = (row: string): string =>
    `((legal_hold.about = 'document' and legal_hold.subject = ${row}.id) or (legal_hold.about = 'patient' and legal_hold.subject = ${row}.patient))`;
  return `exists (select 1 from legal_hold where legal_hold.tenant = ${document}.tenant and legal_hold.until > ? and (${subjectIs(document)}
    or (${document}.is_envelope = 1 and exists (select 1 from part join document inside on inside.id = part.document
      where part.envelope = ${document}.id and ${subjectIs('inside')}))))`;
}

/** Holds what is named, or holds it longer or shorter. How many documents that are here it is on now. */
export async function hold(
  database: Database,
  subjects: readonly HeldSubject[],
  until: number,
  actor: string,
  reason: string,
  now: number,
): Promise<number> {
  // Nothing of it is let go or purged in the meantime.
  await database.lock('retention', LOCK);
  for (const { about, subject } of subjects)
    await database.run(
      `insert into legal_hold(tenant, about, subject, until, since, by_whom) values (:tenant, ?, ?, ?, ?, ?)
       on conflict (tenant, about, subject) do update set until = excluded.until, by_whom = excluded.by_whom`,
      [about, subject, until, now, actor],
    );
  const detail = { until: new Date(until).toISOString(), by: actor, reason };
  return await note(database, subjects, 'legal-hold', detail, now);
}

/** The holds themselves end; what else holds a document goes on. How many holds there were. */
export async function liftHold(
  database: Database,
  subjects: readonly HeldSubject[],
  actor: string,
  reason: string,
  now: number,
): Promise<number> {
  const lifted: HeldSubject[] = [];
  for (const one of subjects) {
    const { about, subject } = one;
    const count = await database.run('delete from legal_hold where tenant = :tenant and about = ? and subject = ?', [
      about,
      subject,
    ]);
    if (count > 0) lifted.push(one);
  }
  await note(database, lifted, 'legal-hold-lifted', { by: actor, reason }, now);
  return lifted.length;
}

/** Of a tenant, those that hold now. */
export async function legalHolds(database: Database, now: number): Promise<LegalHold[]> {
  const rows = await database.all(
    'select about, subject, until, since, by_whom from legal_hold where tenant = :tenant and until > ? order by since, about, subject',
    [now],
  );
  return rows.map(({ about, subject, until, since, by_whom: by }) => ({
    about: String(about) as HeldSubject['about'],
    subject: String(subject),
    until: Number(until),
    since: Number(since),
    by: String(by),
  }));
}

/** Those of these documents that must stay, by themselves or for the envelope that would go with them. */
export async function heldOf(database: Database, ids: readonly string[], now: number): Promise<string[]> {
  const held: string[] = [];
  for (const id of ids) {
    const row = await database.first(
      `select 1 as found from document where tenant = :tenant and (id = ? or id in (select envelope from part where document = ?))
         and ${onLegalHold('document')} limit 1`,
      [id, id, now],
    );
    if (row !== undefined) held.push(id);
  }
  return held;
}

/** Each document says so in its events; the audit says who did it, once for each subject. */
async function note(
  database: Database,
  subjects: readonly HeldSubject[],
  action: 'legal-hold' | 'legal-hold-lifted',
  detail: { readonly by: string; readonly reason: string },
  now: number,
): Promise<number> {
  let count = 0;
  for (const { about, subject } of subjects) {
    const column = about === 'patient' ? 'patient' : 'id';
    const rows = await database.all(
      `select id from document where tenant = :tenant and ${column} = ? and state <> 'purged'`,
      [subject],
    );
    for (const { id } of rows) {
      await tell(database, String(id), now, action, detail);
      await audit(database, { action, agent: detail.by, document: String(id), detail: detail.reason }, now);
      count++;
    }
    if (rows.length === 0)
      await audit(database, { action, agent: detail.by, detail: `${about} ${subject}: ${detail.reason}` }, now);
  }
  return count;
}

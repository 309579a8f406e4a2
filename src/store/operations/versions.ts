/**
 * Finds out which document replaces which. The same id is not enough: vendors copy ids, so documents of several
 * patients, or several kinds of documents of one patient, may have the same id. A document replaces another one only if
 * patient, custodian (or sender) and kind are the same. And it must have the same id, another number in the same set,
 * or say itself that it replaces the other (relatedDocument RPLC).
 */
import type { Database, DatabaseRow } from '../database.js';
import { versionKey } from '../order-key.js';
import type { DocumentFacts, DocumentState } from '../records.js';
import { CURRENT } from './current.js';
import { tell } from './events.js';
import { hidden } from './sealing.js';

export interface Standing {
  readonly state: DocumentState;
  /** The reason as an OperationOutcome (JSON), if it is held. */
  readonly reason?: string;
}

/**
 * Places a document that was just converted among the documents of its patient, and answers the state that it gets by
 * that.
 */
export async function applyVersions(
  database: Database,
  id: string,
  facts: DocumentFacts,
  heldReason: string | undefined,
  now: number,
): Promise<Standing> {
  await database.lock(...placesOf(facts));
  const own = (await database.first('select * from document where tenant = :tenant and id = ?', [id]))!;
  if (
    (await isOfAnotherPatient(database, own, heldReason, now)) &&
    heldReason !== undefined &&
    Number(own.released) === 0
  ) {
    return { state: 'held', reason: heldReason };
  }
  const versions = await versionsOf(database, own);
  for (const { row, why } of versions) {
    if (why === 'id') await tell(database, id, now, 'id-reused', { document: String(row.id) });
  }
  const newer = versions.filter(({ row }) => keyOf(row) > keyOf(own)).map(({ row }) => row);
  const older = versions.filter(({ row }) => keyOf(row) <= keyOf(own)).map(({ row }) => row);
  for (const row of older) await replace(database, String(row.id), id, now);
  await replaceTargets(database, own, facts, now);
  await findParent(database, own, facts, now);
  const replacing = [...newer, ...(await waitingReplacements(database, own))].sort((one, other) =>
    keyOf(one) < keyOf(other) ? 1 : -1,
  )[0];
  const by = own.replaced_by === null ? replacing?.id : own.replaced_by;
  if (by === undefined) return { state: 'converted' };
  await database.run('update document set replaced_by = ? where tenant = :tenant and id = ?', [by, id]);
  if (own.replaced_by === null) await tell(database, id, now, 'replaced', { by });
  return { state: 'replaced' };
}

/** A lock for documents that may be versions of each other, so that two of them are not placed at the same time. */
function placesOf({ patient, documentId, relations = [] }: DocumentFacts): string[] {
  const ids = [...(documentId === undefined ? [] : [documentId]), ...relations.map(({ target }) => target)];
  return [...(patient === undefined ? [] : [`patient ${patient}`]), ...ids.map((id) => `id ${id}`)];
}

/**
 * If two documents of different patients have the same id, the one that was received last is held, whichever is
 * converted last. If that one has already been sent, this is only told.
 */
async function isOfAnotherPatient(
  database: Database,
  own: DatabaseRow,
  heldReason: string | undefined,
  now: number,
): Promise<boolean> {
  if (own.document_id === null || own.patient === null) return false;
  const others = await database.all(
    `select id, seq, state, released from document where tenant = :tenant and document_id = ? and id <> ? and patient is not null
       and patient <> ? and state not in ('purged', 'cancelled') order by seq`,
    [own.document_id!, own.id!, own.patient!],
  );
  for (const other of others) {
    if (Number(other.seq) < Number(own.seq) || other.state !== 'converted') continue;
    await tell(database, String(other.id), now, 'id-of-another-patient', { document: String(own.id) });
    if (heldReason !== undefined && Number(other.released) === 0)
      await holdBack(database, String(other.id), heldReason, now);
  }
  const earlier = others.find(({ seq }) => Number(seq) < Number(own.seq));
  if (earlier === undefined) return false;
  await tell(database, String(own.id), now, 'id-of-another-patient', { document: String(earlier.id) });
  return true;
}

async function holdBack(database: Database, id: string, heldReason: string, now: number): Promise<void> {
  const begun = await database.first(
    "select 1 as found from task where tenant = :tenant and document = ? and kind = 'deliver' and (state <> 'ready' or attempt > 0)",
    [id],
  );
  if (begun !== undefined) return;
  await database.run("update document set state = 'held', reason = ?, settled = ? where tenant = :tenant and id = ?", [
    await hidden(database, id, heldReason),
    now,
    id,
  ]);
  await database.run("delete from task where tenant = :tenant and document = ? and kind = 'deliver'", [id]);
  await database.run('delete from delivery where tenant = :tenant and document = ?', [id]);
}

/**
 * The current documents that are other versions of this one: of the same kind, with the same id, or in the same set
 * with another number. Documents in a set that have the same number are not versions of each other: in real data these
 * are a summary and its extract of a few days, with a setId that was copied from HL7's sample.
 */
async function versionsOf(database: Database, own: DatabaseRow): Promise<{ row: DatabaseRow; why: 'id' | 'set' }[]> {
  if (own.patient === null) return [];
  const rows = await database.all(
    `select * from document where tenant = :tenant and patient = ? and id <> ? and state in ${CURRENT}
       and (custodian = ? or sender = ?) and coalesce(kind, '') = ? and (document_id = ? or (set_id = ? and version <> ?))`,
    [
      own.patient!,
      own.id!,
      own.custodian ?? null,
      own.sender ?? null,
      own.kind ?? '',
      own.document_id ?? null,
      own.set_id ?? null,
      own.version ?? null,
    ],
  );
  return rows.map((row) => ({
    row,
    why: row.document_id !== null && row.document_id === own.document_id ? 'id' : 'set',
  }));
}

/** The documents in the store that it says it replaces. */
async function replaceTargets(database: Database, own: DatabaseRow, { relations = [] }: DocumentFacts, now: number) {
  for (const { kind, target } of relations) {
    if (kind !== 'replaces') continue;
    const known = await database.all('select * from document where tenant = :tenant and document_id = ? and id <> ?', [
      target,
      own.id!,
    ]);
    if (known.length === 0) await tell(database, String(own.id), now, 'replaces-unknown');
    for (const row of known) if (isSameSource(own, row)) await replace(database, String(row.id), String(own.id), now);
  }
}

/** Documents that came before it and said that they replace it. */
async function waitingReplacements(database: Database, own: DatabaseRow): Promise<DatabaseRow[]> {
  if (own.document_id === null || own.patient === null) return [];
  const rows = await database.all(
    `select document.* from relation join document on document.id = relation.document
     where relation.tenant = :tenant and relation.target = ? and relation.kind = 'replaces' and document.id <> ?
       and document.state in ('converted', 'delivered', 'undelivered', 'replaced')`,
    [own.document_id!, own.id!],
  );
  return rows.filter((row) => isSameSource(own, row));
}

/** For an appendix, the document that it belongs to; for a document, the appendices that came before it. */
async function findParent(
  database: Database,
  own: DatabaseRow,
  { relations = [] }: DocumentFacts,
  now: number,
): Promise<void> {
  for (const { kind, target } of relations) {
    if (kind === 'replaces' || own.patient === null) continue;
    const parent = await database.first(
      'select id from document where tenant = :tenant and document_id = ? and patient = ? and id <> ? order by seq desc',
      [target, own.patient!, own.id!],
    );
    if (parent === undefined) await tell(database, String(own.id), now, `${kind}-unknown`);
    else await database.run('update document set appends = ? where tenant = :tenant and id = ?', [parent.id!, own.id!]);
  }
  if (own.document_id === null || own.patient === null) return;
  await database.run(
    `update document set appends = ? where tenant = :tenant and patient = ? and appends is null and id <> ?
       and id in (select document from relation where tenant = :tenant and target = ? and kind <> 'replaces')`,
    [own.id!, own.patient!, own.id!, own.document_id!],
  );
}

async function replace(database: Database, old: string, by: string, now: number): Promise<void> {
  const changed = await database.run(
    `update document set state = 'replaced', replaced_by = ?, settled = ? where tenant = :tenant and id = ? and state in ${CURRENT}`,
    [by, now, old],
  );
  if (changed === 0) return;
  // What was not yet sent need not be sent any more, because the newer version has all of it.
  await database.run(
    `update delivery set state = 'replaced', last_at = ? where tenant = :tenant and document = ? and state = 'waiting' and receiver in
       (select receiver from task where tenant = :tenant and document = ? and kind = 'deliver' and state = 'ready')`,
    [now, old, old],
  );
  await database.run(
    "update task set state = 'done' where tenant = :tenant and document = ? and kind = 'deliver' and state = 'ready'",
    [old],
  );
  await tell(database, old, now, 'replaced', { by });
}

function isSameSource(own: DatabaseRow, other: DatabaseRow): boolean {
  const same = (name: 'custodian' | 'sender' | 'patient'): boolean => own[name] !== null && own[name] === other[name];
  return same('patient') && (same('custodian') || same('sender'));
}

function keyOf(row: DatabaseRow): string {
  return versionKey(
    {
      ...(row.version === null ? {} : { version: Number(row.version) }),
      ...(row.effective === null ? {} : { effective: String(row.effective) }),
    },
    Number(row.seq),
  );
}

import type { DocumentState, StoredDocument } from '../records.js';
import { CURRENT } from './current.js';
import type { Database, SqlParameter, DatabaseRow } from '../database.js';
import { bundleWords, identifier, shown, shownOrNone, unpacked } from './sealing.js';

export async function documentOf(database: Database, id: string): Promise<StoredDocument | undefined> {
  const row = await database.first(
    `select *, (select mapping from result where result.document = document.id and current = 1) as mapping
     from document where tenant = :tenant and id = ?`,
    [id],
  );
  return row === undefined ? undefined : await documentFrom(database, row);
}

/** The bytes as they were received, or the current Bundle as JSON. */
export async function bodyOf(
  database: Database,
  id: string,
  what: 'source' | 'bundle',
): Promise<Uint8Array | undefined> {
  const row =
    what === 'source'
      ? await database.first("select data from body where tenant = :tenant and document = ? and what = 'source'", [id])
      : await database.first(
          `select body.data, body.mapping from body join result on result.document = body.document and result.mapping = body.mapping
           where body.tenant = :tenant and body.document = ? and body.what = 'bundle' and result.current = 1`,
          [id],
        );
  if (row === undefined) return undefined;
  return await unpacked(
    database,
    id,
    what === 'source' ? what : bundleWords(String(row.mapping)),
    row.data as Uint8Array,
  );
}

/** The Bundle of a document that was made by these mappings. */
export async function bundleOf(database: Database, id: string, mapping: string): Promise<Uint8Array | undefined> {
  const row = await database.first(
    "select data from body where tenant = :tenant and document = ? and what = 'bundle' and mapping = ?",
    [id, mapping],
  );
  return row === undefined ? undefined : await unpacked(database, id, bundleWords(mapping), row.data as Uint8Array);
}

/** The files beside a document in its envelope. */
export async function filesOf(database: Database, id: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const rows = await database.all(
    "select what, data from body where tenant = :tenant and document = ? and what >= 'file:' and what < 'file;' order by what",
    [id],
  );
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const { what, data } of rows) {
    files.push({
      name: await shown(database, id, String(what).slice('file:'.length)),
      bytes: await unpacked(database, id, String(what), data as Uint8Array),
    });
  }
  // In the order of their names. (In the database the names may be encrypted.)
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}

export interface DocumentQuery {
  readonly state?: DocumentState | undefined;
  readonly sender?: string | undefined;
  readonly patient?: string | undefined;
  /** `system|value` of ClinicalDocument/id. */
  readonly identifier?: string | undefined;
  /** `system|value` of setId. */
  readonly set?: string | undefined;
  readonly receivedFrom?: number | undefined;
  readonly receivedBefore?: number | undefined;
  /** Only what was received before that place of a page. */
  readonly before?: number | undefined;
  readonly count: number;
}

/** The newest first. `next` is the cursor of the following page. */
export async function list(
  database: Database,
  query: DocumentQuery,
): Promise<{ documents: StoredDocument[]; next: number | undefined }> {
  const conditions: string[] = [];
  const parameters: SqlParameter[] = [];
  const ask = (condition: string, value: SqlParameter | undefined): void => {
    if (value === undefined) return;
    conditions.push(` and ${condition}`);
    parameters.push(value);
  };
  ask('state = ?', query.state);
  ask('sender = ?', query.sender);
  ask('patient = ?', query.patient);
  ask('document_id = ?', identifier(database, query.identifier) ?? undefined);
  ask('set_id = ?', identifier(database, query.set) ?? undefined);
  ask('received >= ?', query.receivedFrom);
  ask('received < ?', query.receivedBefore);
  ask('seq < ?', query.before);
  const rows = await database.all(
    `select *, (select mapping from result where result.document = document.id and current = 1) as mapping
     from document where tenant = :tenant${conditions.join('')} order by seq desc limit ?`,
    [...parameters, query.count + 1],
  );
  const page = rows.slice(0, query.count);
  const documents: StoredDocument[] = [];
  for (const row of page) documents.push(await documentFrom(database, row));
  return { documents, next: rows.length > page.length ? Number(page.at(-1)!.seq) : undefined };
}

export interface ExportQuery {
  readonly patient?: string | undefined;
  /** Only documents that were converted since then. */
  readonly since?: number | undefined;
}

/** The place where a page of an export ends. */
export interface ExportPlace {
  readonly patient: string;
  readonly orderKey: string;
  readonly id: string;
}

/** The current documents in pages. Those of one patient are together, the newest first. */
export async function exportPage(
  database: Database,
  { patient, since }: ExportQuery,
  after: ExportPlace | undefined,
  most: number,
): Promise<ExportPlace[]> {
  const rows = await database.all(
    `select id, coalesce(patient, '') as person, coalesce(order_key, '') as key from document
     where tenant = :tenant and state in ${CURRENT}
       ${patient === undefined ? '' : 'and patient = ?'} ${since === undefined ? '' : 'and settled >= ?'}
       ${after === undefined ? '' : "and (coalesce(patient, '') > ? or (coalesce(patient, '') = ? and (coalesce(order_key, '') < ? or (coalesce(order_key, '') = ? and id > ?))))"}
     order by coalesce(patient, ''), coalesce(order_key, '') desc, id limit ?`,
    [
      ...(patient === undefined ? [] : [patient]),
      ...(since === undefined ? [] : [since]),
      ...(after === undefined ? [] : [after.patient, after.patient, after.orderKey, after.orderKey, after.id]),
      most,
    ],
  );
  return rows.map(({ id, person, key }) => ({ id: String(id), patient: String(person), orderKey: String(key) }));
}

export async function documentFrom(database: Database, row: DatabaseRow): Promise<StoredDocument> {
  const id = String(row.id);
  const shownText = (value: DatabaseRow[string] | undefined): Promise<string | null> =>
    shownOrNone(database, id, value);
  return {
    id,
    seq: Number(row.seq),
    tenant: String(row.tenant),
    client: String(row.client),
    sender: text(row.sender),
    size: Number(row.size),
    mediaType: String(row.media_type),
    source: String(row.source),
    options: JSON.parse(String(row.options)) as Record<string, string>,
    state: String(row.state) as DocumentState,
    reason: await shownText(row.reason),
    received: Number(row.received),
    settled: row.settled === null ? null : Number(row.settled),
    patient: text(row.patient),
    kind: text(row.kind),
    confidentiality: text(row.confidentiality),
    replacedBy: text(row.replaced_by),
    appends: text(row.appends),
    orderKey: text(row.order_key),
    mapping: text(row.mapping),
    isEnvelope: Number(row.is_envelope) === 1,
    way: await shownText(row.way),
    envelopeFacts: JSON.parse((await shownText(row.envelope_facts)) ?? '{}') as Record<string, string>,
  };
}

function text(value: DatabaseRow[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

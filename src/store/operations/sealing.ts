/**
 * How the content of a document goes into the database and comes out: compressed, and encrypted if the store has a
 * master key.
 */
import { pack, unpack } from '../bodies.js';
import type { Database, DatabaseRow } from '../database.js';
import { blind, indexKeyOf, keyWords, newEncryptionKey, seal, SealError, unseal } from '../keys.js';

/** The associated data for a Bundle that certain mappings made. */
export function bundleWords(mapping: string): string {
  return `bundle ${mapping}`;
}

/**
 * Packs bytes.
 * @param what says what the bytes are, beside whose they are: `source`, `bundle m1`
 */
export async function packed(
  database: Database,
  document: string,
  what: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const data = pack(bytes);
  if (database.secrets === undefined) return data;
  return seal(await keyOf(database, document), `${document} ${what}`, data);
}

/** @throws SealError if it is not what was written there */
export async function unpacked(database: Database, document: string, what: string, data: Uint8Array): Promise<Buffer> {
  if (database.secrets === undefined) return unpack(data);
  return unpack(unseal(await keyOf(database, document, false), `${document} ${what}`, data));
}

/** Names and words that may be a patient's. */
export async function hidden(database: Database, document: string, text: string): Promise<string> {
  if (database.secrets === undefined || text === '') return text;
  const key = await keyOf(database, document);
  return seal(key, `${document} text`, Buffer.from(text, 'utf8')).toString('base64');
}

export async function shown(database: Database, document: string, text: string): Promise<string> {
  if (database.secrets === undefined || text === '') return text;
  const key = await keyOf(database, document, false);
  return unseal(key, `${document} text`, Buffer.from(text, 'base64')).toString('utf8');
}

/** The same for a value that may be absent. */
export async function shownOrNone(
  database: Database,
  document: string,
  text: DatabaseRow[string] | undefined,
): Promise<string | null> {
  return text === null || text === undefined ? null : await shown(database, document, String(text));
}

/**
 * An id in a form in which documents are compared and looked for. Equal ids give equal texts, and nothing else can be
 * learned from them, not even that two tenants have the same id.
 */
export function identifier(database: Database, value: string | undefined): string | null {
  if (value === undefined) return null;
  const { secrets, tenant = '' } = database;
  return secrets === undefined ? value : blind(indexKeyOf(secrets.index, tenant), value);
}

/** Read each time, because a transaction that is rolled back takes its new key with it. */
async function keyOf(database: Database, document: string, isMade = true): Promise<Uint8Array> {
  const { master } = database.secrets!;
  const row = await database.first('select wrapped from data_key where tenant = :tenant and document = ?', [document]);
  if (row !== undefined) return unseal(master, keyWords(document), row.wrapped as Uint8Array);
  if (!isMade) throw new SealError(`the key of ${document} is not there`);
  const key = newEncryptionKey();
  await database.run('insert into data_key(tenant, document, wrapped) values (:tenant, ?, ?)', [
    document,
    seal(master, keyWords(document), key),
  ]);
  return key;
}

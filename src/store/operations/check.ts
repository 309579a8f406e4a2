import { createHash } from 'node:crypto';
import type { Database, DatabaseRow } from '../database.js';
import { bundleWords, unpacked } from './sealing.js';

/** What a check of the store found, a page of documents at a time. */
export interface CheckedPage {
  readonly checked: number;
  /** One line each: the document's id and what is wrong. */
  readonly faults: readonly string[];
  readonly next: string | undefined;
}

/**
 * Checks that the bytes are those that were accepted, that the Bundles are those that were written, and that every
 * document has what its state needs.
 */
export async function check(database: Database, after: string, most: number): Promise<CheckedPage> {
  const rows = await database.all('select * from document where id > ? order by id limit ?', [after, most]);
  const faults: string[] = [];
  for (const row of rows) {
    const own = database.of(String(row.tenant));
    for (const fault of await faultsOf(own, row)) faults.push(`${String(row.id)}: ${fault}`);
  }
  return { checked: rows.length, faults, next: rows.length < most ? undefined : String(rows.at(-1)!.id) };
}

async function faultsOf(database: Database, row: DatabaseRow): Promise<string[]> {
  const faults: string[] = [];
  const state = String(row.state);
  const id = row.id!;
  const source = await database.first(
    "select data from body where tenant = :tenant and document = ? and what = 'source'",
    [id],
  );
  if (source === undefined) {
    if (state !== 'purged' && state !== 'opened' && Number(row.source_gone) === 0)
      faults.push('its bytes are not there');
  } else {
    const beside = await database.first(
      "select 1 as found from body where tenant = :tenant and document = ? and what >= 'file:' and what < 'file;'",
      [id],
    );
    const bytes = await unpackOrNone(database, String(id), 'source', source.data as Uint8Array);
    // If there are files beside it, the hash is that of all of them together (accept.ts).
    if (bytes === undefined) faults.push('its bytes cannot be unpacked');
    else if (beside === undefined && !isSame(row.hash as Uint8Array, bytes))
      faults.push('its bytes are not those that came');
  }
  const results = await database.all(
    `select result.mapping as mapping, result.bundle_hash as hash, body.data as data from result
     left join body on body.document = result.document and body.what = 'bundle' and body.mapping = result.mapping
     where result.tenant = :tenant and result.document = ?`,
    [id],
  );
  for (const { hash, data, mapping } of Number(row.result_gone) === 1 ? [] : results) {
    const bytes =
      data === null || data === undefined
        ? undefined
        : await unpackOrNone(database, String(id), bundleWords(String(mapping)), data as Uint8Array);
    if (bytes === undefined || !isSame(hash as Uint8Array, bytes))
      faults.push('its Bundle is not the one that was written');
  }
  if (['converted', 'delivered', 'undelivered'].includes(state) && results.length === 0)
    faults.push('it has no Bundle');
  if (['received', 'converting'].includes(state)) {
    const task = await database.first(
      "select 1 as found from task where tenant = :tenant and document = ? and state in ('ready', 'running')",
      [id],
    );
    if (task === undefined) faults.push(`it is ${state}, and nothing will go on with it`);
  }
  return faults;
}

async function unpackOrNone(
  database: Database,
  id: string,
  what: string,
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    return await unpacked(database, id, what, data);
  } catch {
    return undefined;
  }
}

function isSame(hash: Uint8Array, bytes: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(hash), createHash('sha256').update(bytes).digest()) === 0;
}

import type { Database, DatabaseRow } from '../database.js';
import type { ResourceList } from '../records.js';
import { CURRENT } from './current.js';
import { unpacked } from './sealing.js';

/**
 * What earlier results had and no current document of the patient has any more: the results of documents that this one
 * replaced, and earlier results of this document from before its mappings changed.
 */
export async function leftOver(
  database: Database,
  document: string,
): Promise<readonly { readonly document: string; readonly mapping: string; readonly resources: ResourceList }[]> {
  const earlier = await database.all(
    `with recursive replaced(id) as (
       select id from document where tenant = :tenant and replaced_by = ?
       union select document.id from document join replaced on document.replaced_by = replaced.id where document.tenant = :tenant)
     select result.document as document, result.mapping as mapping, result.resources as resources from result
       where result.tenant = :tenant and result.document in (select id from replaced) and result.resources is not null
     union all select document, mapping, resources from result where tenant = :tenant and document = ? and current = 0 and resources is not null`,
    [document, document],
  );
  if (earlier.length === 0) return [];
  const own = (await database.first('select patient from document where tenant = :tenant and id = ?', [document]))!;
  const current = await database.all(
    `select document.id as document, result.resources as resources from result join document on document.id = result.document
     where document.tenant = :tenant and document.patient = ? and document.state in ${CURRENT}
       and result.current = 1 and result.resources is not null`,
    [own.patient ?? null],
  );
  const kept = new Set<string>();
  for (const row of current) for (const address of addressesOf(await resourcesIn(database, row))) kept.add(address);
  const left: { document: string; mapping: string; resources: ResourceList }[] = [];
  for (const row of earlier) {
    const resources = without(await resourcesIn(database, row), kept);
    left.push({ document: String(row.document), mapping: String(row.mapping), resources });
  }
  return left;
}

export function addressesOf(resources: ResourceList): string[] {
  return Object.entries(resources).flatMap(([type, ids]) => ids.map((id) => `${type}/${id}`));
}

export async function resourcesIn(database: Database, row: DatabaseRow): Promise<ResourceList> {
  const bytes = await unpacked(database, String(row.document), 'resources', row.resources as Uint8Array);
  return JSON.parse(bytes.toString('utf8')) as ResourceList;
}

function without(resources: ResourceList, kept: ReadonlySet<string>): ResourceList {
  return Object.fromEntries(
    Object.entries(resources).map(([type, ids]) => [type, ids.filter((id) => !kept.has(`${type}/${id}`))]),
  );
}

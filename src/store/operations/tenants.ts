import type { Database } from '../database.js';

/** The tenants of whom there are documents, in their order; `''` is what has none. One look at the index for each. */
export async function tenants(database: Database): Promise<string[]> {
  const found: string[] = [];
  let row = await database.first('select min(tenant) as name from document');
  while (row?.name !== null && row?.name !== undefined) {
    found.push(String(row.name));
    row = await database.first('select min(tenant) as name from document where tenant > ?', [row.name]);
  }
  return found;
}

import type { Database } from '../database.js';
import type { ResourceList } from '../records.js';

/** Those of these resources that other tenants have sent to the receiver too. */
export async function toldByOtherTenants(
  database: Database,
  tenant: string,
  receiver: string,
  resources: ResourceList,
): Promise<string[]> {
  const found: string[] = [];
  for (const [type, ids] of Object.entries(resources)) {
    for (const id of ids) {
      const row = await database.first(
        'select 1 as found from delivered where type = ? and id = ? and receiver = ? and tenant <> ?',
        [type, id, receiver, tenant],
      );
      if (row !== undefined) found.push(`${type}/${id}`);
    }
  }
  return found;
}

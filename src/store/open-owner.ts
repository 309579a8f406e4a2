import type { Owner } from './owner.js';
import { postgresScheme } from './place.js';

/**
 * Opens the store in a folder, or at the address of a PostgreSQL.
 *
 * @param onAnnounced is called when another node says that there may be something to do
 * @throws StoreError that says what to do, if the store can't be used
 */
export async function openOwner(
  place: string,
  masterKey: Uint8Array | undefined,
  onAnnounced: () => void,
): Promise<Owner> {
  // Only the kind that is used is loaded.
  if (postgresScheme.test(place))
    return await (await import('./postgres-owner.js')).openPostgresOwner(place, masterKey, onAnnounced);
  return await (await import('./sqlite-owner.js')).openSqliteOwner(place, masterKey);
}

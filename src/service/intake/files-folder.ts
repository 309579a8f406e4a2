import { isPostgres } from '../../store/place.js';
import type { Settings } from '../settings/schema.js';

/** Where exports are written: in the store's folder, or in one that all nodes share; undefined where there is none. */
export function filesFolderOf({ store, storeFiles }: Settings): string | undefined {
  return storeFiles ?? (store === undefined || isPostgres(store) ? undefined : store);
}

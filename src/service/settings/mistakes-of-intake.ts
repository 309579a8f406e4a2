import { constants } from 'node:fs';
import { resolve } from 'node:path';
import { masterKeyIn } from '../../store/master-key.js';
import { isPostgres } from '../../store/place.js';
import { isFolder } from './files.js';
import type { Settings } from './schema.js';

/** Mistakes of the intake: feeds need a store, folders that exist, and a name each. */
export function mistakesOfIntake(settings: Settings): string[] {
  const { intake, store, storeFiles, masterKeyFile, masterKeyCommand, roles, receivers, kafka } = settings;
  const mistakes: string[] = [];
  if (store !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(store) && !isPostgres(store))
    mistakes.push('store: must be a folder, or an address that begins with postgres://');
  if (store === undefined && storeFiles !== undefined)
    mistakes.push('storeFiles: there are no files without a store: set store (--store DIR)');
  if (storeFiles !== undefined && !isFolder(storeFiles))
    mistakes.push(`storeFiles: ${storeFiles} is no folder, or cannot be written`);
  if (masterKeyFile !== undefined) {
    if (store === undefined)
      mistakes.push('masterKeyFile: there is nothing to encrypt without a store: set store (--store DIR)');
    mistakes.push(...mistakesOfMasterKey(masterKeyFile));
  }
  if (masterKeyCommand !== undefined) {
    if (store === undefined)
      mistakes.push('masterKeyCommand: there is nothing to encrypt without a store: set store (--store DIR)');
    if (masterKeyFile !== undefined)
      mistakes.push('masterKeyCommand: the key comes from masterKeyFile already: set one of the two');
  }
  const isStream = store === undefined && kafka !== undefined;
  if (roles.length < 3 && !isStream && (store === undefined || !isPostgres(store)))
    mistakes.push(
      'roles: a store in a folder has one process, which needs all roles: only nodes of one PostgreSQL can share the work (--store postgres://…)',
    );
  if (store === undefined && intake.folders.length > 0)
    mistakes.push('intake.folders: documents of a folder go into a store: set store (--store DIR)');
  const names = intake.folders.map(({ name }) => name);
  if (new Set(names).size < names.length) mistakes.push('intake.folders: two folders have the same name');
  for (const { name, path, done, refused = done } of intake.folders) {
    for (const folder of new Set([path, done, refused])) {
      if (!isFolder(folder)) mistakes.push(`intake.folders: ${name}: ${folder} is no folder, or cannot be written`);
    }
    if ([done, refused].some((folder) => resolve(folder) === resolve(path)))
      mistakes.push(`intake.folders: ${name}: done and refused must be other folders than path`);
  }
  if (store === undefined && receivers.length > 0)
    mistakes.push('receivers: Bundles wait in a store until they are delivered: set store (--store DIR)');
  if (new Set(receivers.map(({ name }) => name)).size < receivers.length)
    mistakes.push('receivers: two receivers have the same name');
  for (const folder of intake.importFolders) {
    if (!isFolder(folder, constants.R_OK))
      mistakes.push(`intake.importFolders: ${folder} is no folder, or cannot be read`);
  }
  return mistakes;
}

function mistakesOfMasterKey(file: string): string[] {
  try {
    masterKeyIn(file);
    return [];
  } catch (error) {
    return [`masterKeyFile: ${(error as Error).message}`];
  }
}

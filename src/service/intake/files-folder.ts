import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPostgres } from '../../store/place.js';
import type { Settings } from '../settings/schema.js';

/** The folder for exports: in the folder of the store, or one that all nodes share. Undefined if there is none. */
export function filesFolderOf({ store, storeFiles }: Settings): string | undefined {
  return storeFiles ?? (store === undefined || isPostgres(store) ? undefined : store);
}

export function exportFolder(files: string, job: string): string {
  return join(files, 'exports', job);
}

/** Removes the files of an export. */
export async function removeExport(settings: Settings, job: string): Promise<void> {
  const files = filesFolderOf(settings);
  if (files !== undefined) await rm(exportFolder(files, job), { recursive: true, force: true });
}

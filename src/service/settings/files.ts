/** Whether the files and folders that settings name can be used. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export function isFolder(path: string, mode = constants.R_OK | constants.W_OK): boolean {
  try {
    accessSync(path, mode);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function isWritableFile(path: string): boolean {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known === undefined) return isFolder(dirname(path));
  return known.isFile() && isAccessible(path);
}

function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file that a setting names; a mistake and undefined if it can't be read. */
export function fileText(setting: string, name: string, mistakes: string[]): string | undefined {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    mistakes.push(`${setting}: ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return undefined;
  }
}

import { readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes a file so that a reader sees all of it or nothing: first under another name, which is then changed. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // A pipe or a device is written to directly; it can't be replaced.
  if (await isSpecial(file)) return writeFile(file, text);
  const part = partOf(file);
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Removes the half-written file of a writer that was stopped. */
export function removePart(file: string): void {
  rmSync(partOf(file), { force: true });
}

/** Removes half-written files anywhere in a folder. */
export function removePartsIn(folder: string): void {
  const ending = partOf('');
  let names: string[] = [];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    // Nothing was written yet.
  }
  for (const name of names) if (name.endsWith(ending)) rmSync(join(folder, name), { force: true });
}

/**
 * From now on, Ctrl-C and the like first remove half-written files and then end the process. Call the returned
 * function to stop that.
 */
export function removePartsWhenStopped(files: readonly string[]): () => void {
  return whenStopped(() => {
    files.forEach(removePart);
  });
}

/** Does the work before a signal ends the process. Call the returned function to take that back. */
export function whenStopped(work: () => void | Promise<void>): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    void Promise.resolve(work()).finally(() => process.exit(128 + constants.signals[signal]));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

async function isSpecial(file: string): Promise<boolean> {
  try {
    return !(await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Workers share the process id, so the thread that started them can remove their files. */
function partOf(file: string): string {
  return `${file}.${String(process.pid)}.part`;
}

/**
 * The mappings as they were when they were loaded. A new worker must answer as the others do, even if somebody is
 * editing the folder and has not yet sent SIGHUP.
 */
import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assignment } from './job.js';

export interface Snapshot {
  readonly sets: Assignment['sets'];
  remove(): void;
}

/** The packaged set is not copied, since it changes only with the program. If no copy can be written, the folder itself is used. */
export async function takeSnapshot(sets: Assignment['sets']): Promise<Snapshot> {
  const folders = Object.entries(sets).filter((entry): entry is [string, string] => entry[1] !== null);
  if (folders.length === 0) return { sets, remove: () => undefined };
  let root: string;
  try {
    root = await mkdtemp(join(tmpdir(), 'cairn-mappings-'));
  } catch {
    return { sets, remove: () => undefined };
  }
  const remove = (): void => {
    rmSync(root, { recursive: true, force: true });
  };
  try {
    const copied = new Map(Object.entries(sets));
    const copies = new Map<string, string>();
    for (const [name, folder] of folders) {
      const copy = copies.get(folder) ?? join(root, String(copies.size));
      // A pack has two names.
      if (!copies.has(folder)) await cp(folder, copy, { recursive: true, dereference: true });
      copies.set(folder, copy);
      copied.set(name, copy);
    }
    return { sets: Object.fromEntries(copied), remove };
  } catch {
    // If a folder is missing, the loader reports it best.
    remove();
    return { sets, remove: () => undefined };
  }
}

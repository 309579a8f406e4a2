import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Receiver } from './receiver.js';
import { deliverWhole, removeWhole } from './whole.js';
import type { Verdict } from './verdict.js';

export interface FolderSettings {
  readonly name: string;
  readonly path: string;
  readonly lanes: number;
  readonly deliverWithinHours: number;
}

/**
 * Writes a file for each document, `<id>.json`. The file is there whole or not at all, and it is on disk when the
 * delivery is done.
 */
export function createFolderReceiver({ name, path, lanes, deliverWithinHours }: FolderSettings): Receiver {
  async function write(id: string, bytes: Uint8Array): Promise<Verdict> {
    const temporary = join(path, `.${id}.${randomUUID()}.part`);
    try {
      const file = await open(temporary, 'wx', 0o640);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(path, `${id}.json`));
      const folder = await open(path, 'r');
      await folder.sync().finally(() => folder.close());
      return { kind: 'done' };
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      return verdictOnDisk(error);
    }
  }

  /** Also removes a half-written file that a process left when it ended. */
  async function remove(id: string): Promise<Verdict> {
    try {
      for (const name of await readdir(path))
        if (name === `${id}.json` || (name.startsWith(`.${id}.`) && name.endsWith('.part')))
          await unlink(join(path, name));
      const folder = await open(path, 'r');
      await folder.sync().finally(() => folder.close());
      return { kind: 'done' };
    } catch (error) {
      return verdictOnDisk(error);
    }
  }

  return {
    name,
    lanes,
    deliverWithinMilliseconds: deliverWithinHours * 3_600_000,
    deliver: (parcel) => deliverWhole(parcel, () => write(parcel.document.id, parcel.bundle)),
    remove: (purged) => removeWhole(purged, remove),
    check: async () => {
      try {
        await access(path, constants.W_OK);
        return undefined;
      } catch {
        return `${path} is no folder, or cannot be written`;
      }
    },
    close: () => undefined,
  };
}

function verdictOnDisk(error: unknown): Verdict {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { kind: 'paused', why: code };
  return { kind: 'again', wait: 5000, isCounted: false, most: Infinity, why: code };
}

import { watch } from 'node:fs';
import { basename } from 'node:path';

/**
 * The files of a folder that change, one at a time. If a file changes again while it is being reported, it is reported
 * once more, not twice.
 */
export async function* changedFiles(folder: string): AsyncGenerator<string> {
  let wake: (() => void) | undefined;
  let changed: string | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    if (!file?.endsWith('.json')) return;
    changed = basename(file);
    wake?.();
  });
  try {
    for (;;) {
      while (changed === undefined) await new Promise<void>((done) => (wake = done));
      // An editor may write a file in several steps.
      await new Promise((done) => setTimeout(done, 100));
      const file = changed;
      changed = undefined;
      yield file;
    }
  } finally {
    watcher.close();
  }
}

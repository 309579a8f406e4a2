/**
 * Watches a folder that somebody fills. A file is taken in when it has stopped changing, and is moved away only when it
 * is on disk in the store.
 */
import { constants } from 'node:fs';
import { copyFile, readFile, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Logger } from 'pino';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';
import type { Feed } from '../settings/schema.js';
import { newDocument } from './new-document.js';
import type { Pressure } from './pressure.js';
import type { Quotas } from './quotas.js';

export interface FeedOptions {
  readonly store: Store;
  readonly pressure: Pressure;
  readonly quotas: Quotas;
  readonly maxMegabytes: number;
  readonly wake: () => void;
  readonly onTaken: (outcome: string) => void;
  readonly log: Logger;
}

const LOOK_MILLISECONDS = 1000;

/** If the size of a file has not changed for so long, the file is complete. */
const STILL_MILLISECONDS = 2000;

const MEGABYTE = 1_000_000;

/** Names that programs give to files that they are still writing. */
const UNFINISHED = /^\.|\.(?:part|partial|filepart|tmp|temp|crdownload|writing)$/i;

interface Seen {
  readonly size: number;
  readonly since: number;
}

export function startFeed(feed: Feed, options: FeedOptions): { stop(): Promise<void> } {
  const { tenant = '' } = feed;
  const seen = new Map<string, Seen>();
  const state = { running: Promise.resolve(), stopped: false };
  const timer = setInterval(() => {
    state.running = state.running.then(look);
  }, LOOK_MILLISECONDS);

  async function look(): Promise<void> {
    if (state.stopped) return;
    try {
      const entries = await readdir(feed.path, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name)).map(({ name }) => name);
      for (const name of [...seen.keys()]) if (!names.includes(name)) seen.delete(name);
      for (const name of names.sort()) {
        if (isStopped()) return;
        if (await isStill(name)) await take(name);
      }
    } catch (error) {
      if (error instanceof ServiceError) options.log.warn({ feed: feed.name, what: error.code }, 'feed waits');
      else options.log.error({ feed: feed.name, what: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'feed');
    }
  }

  function isStopped(): boolean {
    return state.stopped;
  }

  async function isStill(name: string): Promise<boolean> {
    const { size } = await stat(join(feed.path, name));
    const known = seen.get(name);
    if (known?.size !== size) {
      seen.set(name, { size, since: Date.now() });
      return false;
    }
    return Date.now() - known.since >= STILL_MILLISECONDS;
  }

  async function take(name: string): Promise<void> {
    const file = join(feed.path, name);
    const { size } = await stat(file);
    if (size === 0 || size > options.maxMegabytes * MEGABYTE) {
      await move(file, feed.refused ?? feed.done);
      options.onTaken('refused');
      options.log.warn({ feed: feed.name, what: size === 0 ? 'empty' : 'too large' }, 'file refused');
      return;
    }
    options.pressure.check();
    await options.quotas.check(tenant);
    const accepted = await options.store.of(tenant).ask(
      'accept',
      newDocument({
        client: `folder ${feed.name}`,
        bytes: await readFile(file),
        mediaType: 'application/octet-stream',
        source: `folder:${feed.name}`,
        sender: feed.sender,
        options: feed.sender === undefined ? {} : { sender: feed.sender },
      }),
      Date.now(),
    );
    options.onTaken(accepted.outcome);
    if (accepted.outcome === 'accepted') {
      options.pressure.noteAccepted();
      options.quotas.note(tenant, size);
    }
    options.wake();
    await move(file, feed.done);
    seen.delete(name);
  }

  return {
    async stop() {
      state.stopped = true;
      clearInterval(timer);
      await state.running;
    },
  };
}

/**
 * Moves a file under its name. If there is already such a file, the name is changed, so that nothing is overwritten.
 */
async function move(file: string, folder: string): Promise<void> {
  const { name, ext } = parse(file);
  for (let number = 0; ; number++) {
    const target = join(folder, number === 0 ? `${name}${ext}` : `${name}.${number}${ext}`);
    try {
      await stat(target);
    } catch {
      try {
        await rename(file, target);
      } catch (error) {
        // The other folder is on another disk, so the file must be copied.
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
        await copyFile(file, target, constants.COPYFILE_EXCL);
        await unlink(file);
      }
      return;
    }
  }
}

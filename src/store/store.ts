import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArgumentsOf, OperationName, ResultOf } from './operations/index.js';
import type { Answered } from './owner.js';
import { StoreError } from './schema.js';

/** The store could not do what was asked; nothing of it was written. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';

  constructor(
    /** `not-written` where the disk refused, else the driver's own code. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Store {
  /**
   * Does one operation (operations/index.ts). It is on disk when the promise resolves.
   *
   *   const accepted = await store.ask('accept', document, Date.now());
   *
   * @throws StoreFailure
   */
  ask<N extends OperationName>(name: N, ...args: ArgumentsOf<N>): Promise<ResultOf<N>>;
  /** A copy of the database as it is now, while everything goes on. @throws StoreFailure where the file is there already */
  backup(file: string): Promise<void>;
  /** Leaves no byte of what was deleted in any file. */
  compact(): Promise<void>;
  /** What SQLite finds wrong with its file. */
  integrity(): Promise<string[]>;
  close(): Promise<void>;
}

/** What the store's thread runs. */
const threadModule = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Opens the store in a folder; it is made where there is none.
 *
 * @param module what the thread runs: another one where the sources run as they are
 * @throws StoreError
 */
export async function openStore(folder: string, module: URL = threadModule): Promise<Store> {
  const thread = new Worker(module, { workerData: { folder } });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    thread.once('exit', () => {
      ended = true;
      for (const { reject } of waiting.values()) reject(new StoreFailure('ended', 'the store has ended'));
      waiting.clear();
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', (message: 'open' | { readonly failed: string }) => {
      if (message === 'open') resolve();
      else reject(new StoreError(message.failed));
    });
  });
  thread.on('message', (answer: Answered) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asked?.reject(new StoreFailure(answer.error.code, answer.error.message));
    else asked?.resolve(answer.value as never);
  });
  // Without a listener the process would end; who waits is told by `exit`.
  thread.on('error', () => undefined);
  const send = <T>(message: object): Promise<T> =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(new StoreFailure('ended', 'the store has ended'));
        return;
      }
      const id = ++last;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, ...message });
    });
  return {
    ask: (name, ...args) => send({ name, args }),
    backup: (file) => send({ upkeep: 'backup', file }),
    compact: () => send({ upkeep: 'compact', file: '' }),
    integrity: () => send({ upkeep: 'integrity', file: '' }),
    close: async () => {
      if (!ended) thread.postMessage('close');
      await gone;
    },
  };
}

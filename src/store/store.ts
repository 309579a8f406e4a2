import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArgumentsOf, NameOfAll, NameOfTenants, ResultOf } from './operations/index.js';
import type { Answered } from './owner.js';
import { isPostgres } from './place.js';
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

/** The store as a tenant has it: what is another's is not there. */
export interface TenantStore {
  /**
   * Does one operation (operations/index.ts). It is on disk when the promise resolves.
   *
   *   const accepted = await store.of('').ask('accept', document, Date.now());
   *
   * @throws StoreFailure
   */
  ask<N extends NameOfTenants>(name: N, ...args: ArgumentsOf<N>): Promise<ResultOf<N>>;
}

export interface Store {
  /** @param tenant `''` where tenants are not told apart */
  of(tenant: string): TenantStore;
  /** Does one operation that is of no single tenant: what the service itself looks after. @throws StoreFailure */
  ask<N extends NameOfAll>(name: N, ...args: ArgumentsOf<N>): Promise<ResultOf<N>>;
  /** A copy of the database as it is now, while everything goes on. @throws StoreFailure where the file is there already */
  backup(file: string): Promise<void>;
  /** Leaves no byte of what was deleted in any file. */
  compact(): Promise<void>;
  /** What the database finds wrong with itself. */
  integrity(): Promise<string[]>;
  /** Encrypts it by another master key, or for the first time; it must be opened again after. How many keys there are. */
  rekey(next: Uint8Array): Promise<number>;
  /** Whether other nodes may work on it: tasks are then lent for a time, and must be renewed (operations/tasks.ts). */
  readonly isShared: boolean;
  /** What it can do less well than it should, a line each; it works all the same. */
  readonly warnings: readonly string[];
  /** Tells the other nodes that there may be something to do. */
  announce(): void;
  /** Another node says so. */
  onAnnounced(listen: () => void): void;
  close(): Promise<void>;
}

/** What the store's thread runs. */
const threadModule = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Opens the store in a folder, or in a PostgreSQL; it is made where there is none.
 *
 * @param place a folder, or `postgres://…`
 * @param module what the thread runs: another one where the sources run as they are
 * @param masterKey by which it is encrypted (keys.ts); an encrypted store opens to no other, and one that is not to none
 * @throws StoreError
 */
export async function openStore(place: string, module: URL = threadModule, masterKey?: Uint8Array): Promise<Store> {
  const thread = new Worker(module, { workerData: { place, masterKey } });
  const listeners: (() => void)[] = [];
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  let warnings: readonly string[] = [];
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
    const onFirst = (
      message: 'announced' | { readonly opened: readonly string[] } | { readonly failed: string },
    ): void => {
      if (message === 'announced') return;
      thread.off('message', onFirst);
      if ('opened' in message) {
        warnings = message.opened;
        resolve();
      } else reject(new StoreError(message.failed));
    };
    thread.on('message', onFirst);
  });
  thread.on('message', (answer: Answered | 'announced') => {
    if (answer === 'announced') {
      for (const listen of listeners) listen();
      return;
    }
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
    of: (tenant) => ({ ask: (name, ...args) => send({ name, tenant, args }) }),
    ask: (name, ...args) => send({ name, args }),
    backup: (file) => send({ upkeep: 'backup', argument: file }),
    compact: () => send({ upkeep: 'compact' }),
    integrity: () => send({ upkeep: 'integrity' }),
    rekey: (next) => send({ upkeep: 'rekey', argument: next }),
    isShared: isPostgres(place),
    warnings,
    announce: () => {
      if (!ended) thread.postMessage('announce');
    },
    onAnnounced: (listen) => void listeners.push(listen),
    close: async () => {
      if (!ended) thread.postMessage('close');
      await gone;
    },
  };
}

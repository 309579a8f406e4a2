import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArgumentsOf, NameOfAll, NameOfTenants, ResultOf } from './operations/index.js';
import type { Answered } from './asked.js';
import { isPostgres } from './place.js';
import { StoreError } from './schema.js';

/** The store could not do what was asked. Nothing of it was written. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';

  constructor(
    /** `not-written` if the disk refused, else the driver's own code. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The store as one tenant sees it, without what belongs to others. */
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
  /** @param tenant `''` if there are no tenants */
  of(tenant: string): TenantStore;
  /**
   * Does one operation for all tenants, which the service itself needs.
   * @throws StoreFailure
   */
  ask<N extends NameOfAll>(name: N, ...args: ArgumentsOf<N>): Promise<ResultOf<N>>;
  /**
   * Copies the database as it is now, while everything goes on.
   * @throws StoreFailure if the file already exists
   */
  backup(file: string): Promise<void>;
  /** Rewrites the files so that no deleted byte is left in them. */
  compact(): Promise<void>;
  /** Faults that the database finds in itself. */
  integrity(): Promise<string[]>;
  /**
   * Encrypts the store by another master key, or for the first time. It must be opened again afterwards. Answers how
   * many keys there are.
   */
  rekey(next: Uint8Array): Promise<number>;
  /** Whether other nodes may use it. Then tasks are lent for some time, and must be renewed (operations/tasks.ts). */
  readonly isShared: boolean;
  /** What it does less well than it should, one line each. It works all the same. */
  readonly warnings: readonly string[];
  /** Tells the other nodes that there may be something to do. */
  announce(): void;
  /** Called when another node says that there may be something to do. */
  onAnnounced(listen: () => void): void;
  close(): Promise<void>;
}

/** The module that the store's thread runs. */
const threadModule = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Opens the store in a folder or in a PostgreSQL. It is made if there is none.
 *
 * @param place a folder, or `postgres://…`
 * @param module the module of the thread; tests that run from the sources give another one
 * @param masterKey the key by which it is encrypted (keys.ts); an encrypted store opens only with its own key, and
 *   another store only without one
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
  // Without a listener the process would end. Callers that wait are told by `exit`.
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

/** Whether there is room for another document. This is asked before the body is read. */
import { statfs } from 'node:fs/promises';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';

export interface PressureLimits {
  /** How many documents may wait to be converted. */
  readonly maxWaiting: number;
  /** How long the oldest of them may have waited. */
  readonly maxWaitSeconds?: number | undefined;
  /** How much space must be free on the store's disk. */
  readonly minFreeMegabytes: number;
}

export interface Pressure {
  /** @throws ServiceError 503 or 507, with Retry-After */
  check(): void;
  /** Counts a document that was taken in. */
  noteAccepted(): void;
  /** Counts a document that was converted, refused or opened. */
  noteSettled(): void;
  readonly waiting: number;
  /** Whether the store can be written. */
  readonly isWritable: boolean;
  /** Since when the oldest document waits, in milliseconds since 1970; undefined if none waits. */
  readonly oldest: number | undefined;
  stop(): void;
}

const LOOK_MILLISECONDS = 1000;
const MEGABYTE = 1_000_000;
const MINUTE = 60_000;

export function createPressure(store: Store, folder: string | undefined, limits: PressureLimits): Pressure {
  const state = {
    waiting: 0,
    oldest: undefined as number | undefined,
    freeMegabytes: Infinity,
    isWritable: true,
    settled: [] as number[],
  };

  async function look(): Promise<void> {
    try {
      const numbers = await store.ask('waiting');
      state.waiting = numbers.waiting;
      state.oldest = numbers.oldest;
      state.isWritable = true;
    } catch {
      state.isWritable = false;
    }
    const free = folder === undefined ? undefined : await statfs(folder).catch(() => undefined);
    // If the file system does not say how much is free, the disk counts as having room.
    state.freeMegabytes = free === undefined ? Infinity : (free.bavail * free.bsize) / MEGABYTE;
    const since = Date.now() - MINUTE;
    state.settled = state.settled.filter((at) => at > since);
  }

  /** How long the waiting documents will take, judged by the last minute. */
  function retryAfter(): string {
    const perSecond = Math.max(state.settled.length, 1) / 60;
    const tooMany = Math.max(state.waiting - limits.maxWaiting * 0.9, 1);
    return String(Math.min(Math.max(Math.ceil(tooMany / perSecond), 1), 120));
  }

  function refuse(status: number, text: string): never {
    throw new ServiceError(status, 'transient', text, { headers: { 'Retry-After': retryAfter() } });
  }

  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  void look();
  return {
    check() {
      if (!state.isWritable) refuse(503, 'The store cannot be written at the moment.');
      if (state.freeMegabytes < limits.minFreeMegabytes)
        refuse(507, 'The disk of the store is full; no more documents are taken in.');
      if (state.waiting >= limits.maxWaiting) refuse(503, 'Too many documents wait to be converted; try again later.');
      const age = state.oldest === undefined ? 0 : (Date.now() - state.oldest) / 1000;
      if (limits.maxWaitSeconds !== undefined && age > limits.maxWaitSeconds)
        refuse(503, 'Documents already wait too long to be converted; try again later.');
    },
    noteAccepted: () => {
      state.waiting++;
    },
    noteSettled: () => {
      state.settled.push(Date.now());
    },
    get waiting() {
      return state.waiting;
    },
    get isWritable() {
      return state.isWritable;
    },
    get oldest() {
      return state.oldest;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

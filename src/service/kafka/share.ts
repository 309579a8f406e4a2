/**
 * The messages that a member of the group works on between two changes of the group. Messages are begun side by side.
 * They are finished one after the other in the order of their partition, and after that their offsets are committed.
 *
 * When the group changes, Kafka assigns the partitions anew, and messages that are not committed come again, here or
 * elsewhere. So all running work is dropped: nothing of it is finished, and a new share begins.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from './message.js';

/**
 * What is done with a message. Both steps are tried again until they succeed. For a message that can never succeed,
 * they write down that it is refused.
 */
export interface Work<T> {
  /** The first step. Several messages are begun at the same time. */
  begin(message: Message): Promise<T>;
  /** The second step: one message at a time for each partition, in its order. */
  finish(message: Message, begun: T): Promise<void>;
}

export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next message. */
  readonly offset: bigint;
}

export interface ShareOptions<T> {
  readonly work: Work<T>;
  /** How many messages are worked on at the same time. */
  readonly width: number;
  readonly commit: (positions: readonly Position[]) => Promise<void>;
  /** Called if offsets can't be committed. Then the member has to join again. */
  readonly onLost: (error: unknown) => void;
  /** Called when something failed that is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Share {
  /** Resolves when there is room for another message. */
  add(message: Message): Promise<void>;
  /** Drops all running work. */
  drop(): void;
  /** Resolves when the running work is finished and committed. What fails meanwhile is not tried again. */
  end(): Promise<void>;
}

/** The work was dropped, so it is not finished here. */
class LetGo extends Error {}

const FIRST_WAIT_MILLISECONDS = 100;
const LONGEST_WAIT_MILLISECONDS = 5000;

export function createShare<T>({ work, width, commit, onLost, onTrouble }: ShareOptions<T>): Share {
  const state = { isDropped: false, isEnding: false, underWay: 0 };
  const hurried = new AbortController();
  /** For each partition: the promise of the last message in it. */
  const tails = new Map<string, Promise<void>>();
  const positions = new Map<string, Position>();
  let committing: Promise<void> | undefined;
  let waiting: (() => void)[] = [];

  function callAll(): void {
    const called = waiting;
    waiting = [];
    for (const call of called) call();
  }

  async function untilDone<R>(step: () => Promise<R>): Promise<R> {
    for (let wait = FIRST_WAIT_MILLISECONDS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS)) {
      if (state.isDropped) throw new LetGo();
      try {
        return await step();
      } catch (error) {
        if (error instanceof LetGo) throw error;
        onTrouble(error);
        if (state.isEnding) throw new LetGo('', { cause: error });
      }
      await delay(wait, undefined, { signal: hurried.signal }).catch(() => undefined);
    }
  }

  async function finish(message: Message, begun: Promise<T>): Promise<void> {
    const value = await begun;
    await untilDone(() => work.finish(message, value));
    if (state.isDropped) return;
    const { topic, partition, offset } = message;
    positions.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1n });
    committing ??= commitAll();
  }

  /** One request commits all that is done by then. What is finished meanwhile is committed by the next request. */
  async function commitAll(): Promise<void> {
    try {
      while (positions.size > 0 && !state.isDropped) {
        const now = [...positions.values()];
        positions.clear();
        await commit(now);
      }
    } catch (error) {
      if (!state.isDropped) onLost(error);
    } finally {
      committing = undefined;
    }
  }

  function drop(): void {
    state.isDropped = true;
    hurried.abort();
    callAll();
  }

  return {
    async add(message) {
      while (state.underWay >= width && !state.isDropped) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      if (state.isDropped) return;
      const key = `${message.topic}/${message.partition}`;
      const before = tails.get(key) ?? Promise.resolve();
      state.underWay++;
      const begun = untilDone(() => work.begin(message));
      // Whoever awaits `begun` gets the error, perhaps some time after it happened.
      begun.catch(() => undefined);
      const tail = before.then(() => finish(message, begun));
      tails.set(key, tail);
      tail
        .catch((error: unknown) => {
          // No later message of the partition may be finished before this one.
          if (!(error instanceof LetGo)) onTrouble(error);
        })
        .finally(() => {
          state.underWay--;
          callAll();
        });
    },
    drop,
    async end() {
      state.isEnding = true;
      hurried.abort();
      await Promise.allSettled(tails.values());
      await committing;
      drop();
    },
  };
}

/**
 * What a member of the group has of its topics between two changes of the group: messages are begun side by side, and finished one
 * after the other in the order of their partition; behind them the offsets are committed.
 *
 * When the group changes, Kafka gives the partitions anew, and what is not committed comes again, here or elsewhere. So what is
 * under way then is let go: nothing of it is finished any more, and a new share begins.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from './message.js';

/** What is done with a message. Both are tried again until they succeed: what can't ever succeed, they write down as refused. */
export interface Work<T> {
  /** Several run at the same time. */
  begin(message: Message): Promise<T>;
  /** One at a time for each partition, in its order. */
  finish(message: Message, begun: T): Promise<void>;
}

export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** Of the next message. */
  readonly offset: bigint;
}

export interface ShareOptions<T> {
  readonly work: Work<T>;
  /** Messages under way at the same time. */
  readonly width: number;
  readonly commit: (positions: readonly Position[]) => Promise<void>;
  /** Offsets can't be committed: the member has to join anew. */
  readonly onLost: (error: unknown) => void;
  /** Something failed, and is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Share {
  /** Resolves when there is room for another message. */
  add(message: Message): Promise<void>;
  /** Lets everything go. */
  drop(): void;
  /** Resolves when what is under way is finished and committed; what fails meanwhile is not tried again. */
  end(): Promise<void>;
}

/** What was under way is not finished here any more. */
class LetGo extends Error {}

const FIRST_WAIT_MILLISECONDS = 100;
const LONGEST_WAIT_MILLISECONDS = 5000;

export function createShare<T>({ work, width, commit, onLost, onTrouble }: ShareOptions<T>): Share {
  const state = { isDropped: false, isEnding: false, underWay: 0 };
  const hurried = new AbortController();
  /** The end of what is under way of each partition. */
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

  /** One request for all that is done by then; what is done meanwhile goes with the next. */
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
      // Whoever waits for it is told, perhaps later than it fails.
      begun.catch(() => undefined);
      const tail = before.then(() => finish(message, begun));
      tails.set(key, tail);
      tail
        .catch((error: unknown) => {
          // Nothing behind it may be finished before it.
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

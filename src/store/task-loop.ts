import type { Task } from './records.js';
import { StoreFailure } from './store.js';

export interface TaskLoop {
  /** There may be something to do. */
  wake(): void;
  /** Takes no new task; resolves when the running ones are done. */
  stop(): Promise<void>;
}

export interface TaskLoopOptions {
  /** The tasks to begin now, told how many are running; none where there is no room. */
  readonly claim: (running: number) => Promise<readonly Task[]>;
  readonly run: (task: Task) => Promise<void>;
  /** A task threw. The store may not take what is said of it: that is left to the lease of the task. */
  readonly failed: (task: Task, error: unknown) => Promise<unknown>;
  /** The store could not be asked; it is asked again. */
  readonly storeFailed: (code: string) => void;
  /** Says of the running tasks that somebody still works on them; absent where nobody else could take them. */
  readonly renew?: ((tasks: readonly Task[]) => Promise<unknown>) | undefined;
}

/** Three times within the time that a task is lent for (operations/tasks.ts). */
const RENEW_MILLISECONDS = 5000;

/** Looked at again so often though nobody called: for tasks that were put back. */
export const POLL_MILLISECONDS = 1000;

/** Claims tasks as long as there is room, and again whenever one is done, somebody calls, or a second has passed. */
export function startTaskLoop({ claim, run, failed, storeFailed, renew }: TaskLoopOptions): TaskLoop {
  const running = new Map<Promise<void>, Task>();
  const state = { stopped: false, looking: false, again: false };
  const isAskedAgain = (): boolean => state.again;

  async function look(): Promise<void> {
    if (state.stopped) return;
    if (state.looking) {
      state.again = true;
      return;
    }
    state.looking = true;
    state.again = false;
    try {
      for (const task of await claim(running.size)) start(task);
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      storeFailed(error.code);
    } finally {
      state.looking = false;
    }
    if (isAskedAgain()) await look();
  }

  function start(task: Task): void {
    const doing = run(task)
      .catch(async (error: unknown) => {
        await failed(task, error).catch(() => undefined);
      })
      .finally(() => {
        running.delete(doing);
        void look();
      });
    running.set(doing, task);
  }

  async function renewAll(): Promise<void> {
    // What could not be renewed may be another node's soon; what is written of it here then changes nothing.
    if (running.size > 0) await renew?.([...running.values()]).catch(() => undefined);
  }

  const timer = setInterval(() => void look(), POLL_MILLISECONDS);
  const renewal = renew === undefined ? undefined : setInterval(() => void renewAll(), RENEW_MILLISECONDS);
  void look();
  return {
    wake: () => void look(),
    async stop() {
      state.stopped = true;
      clearInterval(timer);
      await Promise.allSettled(running.keys());
      clearInterval(renewal);
    },
  };
}

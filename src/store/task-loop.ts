import type { Task } from './records.js';
import { StoreFailure } from './store.js';

export interface TaskLoop {
  /** Says that there may be something to do. */
  wake(): void;
  /** Takes no new task. Resolves when the running ones are done. */
  stop(): Promise<void>;
}

export interface TaskLoopOptions {
  /** Gives the tasks to begin now, knowing how many are running; none if there is no room. */
  readonly claim: (running: number) => Promise<readonly Task[]>;
  readonly run: (task: Task) => Promise<void>;
  /** Called when a task threw. If the store does not take this either, the lease of the task ends it. */
  readonly failed: (task: Task, error: unknown) => Promise<unknown>;
  /** Called when the store could not be asked. It is asked again. */
  readonly storeFailed: (code: string) => void;
  /** Says that the running tasks are still being worked on; absent if nobody else could take them. */
  readonly renew?: ((tasks: readonly Task[]) => Promise<unknown>) | undefined;
}

/** Three times within the time for which a task is lent (operations/tasks.ts). */
const RENEW_MILLISECONDS = 5000;

/** How often it looks for tasks without a call, for tasks that were put back. */
export const POLL_MILLISECONDS = 1000;

/** Claims tasks while there is room, and again whenever a task is done, somebody calls, or a second has passed. */
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
    // A task that could not be renewed may soon be another node's. Then what this node writes about it changes nothing.
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

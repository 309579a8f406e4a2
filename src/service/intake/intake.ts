/** From the store to the workers and back: what was accepted is converted, whatever happens to this process meanwhile. */
import type { Logger } from 'pino';
import type { Deliverer } from '../../delivery/deliverer.js';
import type { Task } from '../../store/records.js';
import { StoreFailure, type Store } from '../../store/store.js';
import { step } from '../../store/steps.js';
import { convertTask, type ConvertTaskOptions } from './convert-task.js';
import { createPressure, type Pressure, type PressureLimits } from './pressure.js';
import { unwrapTask } from './unwrap-task.js';

export interface Intake {
  readonly store: Store;
  /** One for each receiver. */
  readonly deliverers: readonly Deliverer[];
  /** Whether there is room for more. */
  readonly pressure: Pressure;
  /** There is something new to convert. */
  wake(): void;
  /** Takes no new task; resolves when the running ones are written. */
  stop(): Promise<void>;
}

export interface IntakeOptions extends Omit<ConvertTaskOptions, 'store'> {
  readonly store: Store;
  /** Where the store is, for the room on its disk. */
  readonly folder: string;
  readonly limits: PressureLimits;
  /** How many documents are converted at the same time. */
  readonly width: number;
  /** What is to be done once for a job; one at a time. */
  readonly runJob: (task: Task) => Promise<void>;
  /** A document is converted: there may be something to deliver. */
  readonly onConverted: () => void;
  readonly log: Logger;
}

/** Looked at again so often though nobody called: for tasks that were put back. */
const POLL_MILLISECONDS = 1000;

export function startIntake(options: IntakeOptions): Omit<Intake, 'deliverers'> {
  const { store, width, log } = options;
  const pressure = createPressure(store, options.folder, options.limits);
  const documents = loop(['convert', 'unwrap'], width, work);
  const jobs = loop(['job'], 1, options.runJob);

  async function work(task: Task): Promise<void> {
    step('after-claim');
    if (task.kind === 'unwrap') {
      await unwrapTask(options, task);
      documents.wake();
    } else if (await convertTask(options, task)) options.onConverted();
    pressure.noteSettled();
  }

  /** Claims tasks of some kinds as long as there is room, and again whenever one is done or somebody calls. */
  function loop(kinds: readonly Task['kind'][], most: number, run: (task: Task) => Promise<void>) {
    const running = new Set<Promise<void>>();
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
        const free = most - running.size;
        const tasks = free <= 0 ? [] : await store.ask('claim', kinds, free, Date.now());
        for (const task of tasks) start(task);
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        log.error({ what: error.code }, 'store');
      } finally {
        state.looking = false;
      }
      if (isAskedAgain()) await look();
    }

    function start(task: Task): void {
      const doing = run(task)
        .catch(async (error: unknown) => {
          log.error(
            { task: task.kind, id: task.document, what: error instanceof StoreFailure ? error.code : 'unknown' },
            'intake',
          );
          // The store would not take it; the task must not be held for ever by nobody.
          await store.ask('release', task, Date.now() + POLL_MILLISECONDS).catch(() => undefined);
        })
        .finally(() => {
          running.delete(doing);
          void look();
        });
      running.add(doing);
    }

    const timer = setInterval(() => void look(), POLL_MILLISECONDS);
    void look();
    return {
      wake: () => void look(),
      async stop() {
        state.stopped = true;
        clearInterval(timer);
        await Promise.allSettled(running);
      },
    };
  }

  return {
    store,
    pressure,
    wake: () => {
      documents.wake();
      jobs.wake();
    },
    async stop() {
      pressure.stop();
      await Promise.all([documents.stop(), jobs.stop()]);
    },
  };
}

/** From the store to the workers and back: what was accepted is converted, whatever happens to this process meanwhile. */
import type { Logger } from 'pino';
import type { Deliverer } from '../../delivery/deliverer.js';
import type { Task } from '../../store/records.js';
import { StoreFailure, type Store } from '../../store/store.js';
import { step } from '../../store/steps.js';
import { POLL_MILLISECONDS, startTaskLoop, type TaskLoop } from '../../store/task-loop.js';
import type { Role } from '../settings/schema.js';
import { convertTask, type ConvertTaskOptions } from './convert-task.js';
import type { Quotas } from './quotas.js';
import { createPressure, type Pressure, type PressureLimits } from './pressure.js';
import { unwrapTask } from './unwrap-task.js';

export interface Intake {
  readonly store: Store;
  /** One for each receiver. */
  readonly deliverers: readonly Deliverer[];
  /** Whether there is room for more. */
  readonly pressure: Pressure;
  /** Whether there is of a tenant. */
  readonly quotas: Quotas;
  /** There is something new to convert. */
  wake(): void;
  /** What this node does of all that is to be done (settings `roles`). */
  readonly roles: ReadonlySet<Role>;
  /** Takes no new task; resolves when the running ones are written. */
  stop(): Promise<void>;
}

export interface IntakeOptions extends Omit<ConvertTaskOptions, 'store'> {
  readonly store: Store;
  /** Where the store is, for the room on its disk; absent where that is another machine's. */
  readonly folder: string | undefined;
  readonly roles: ReadonlySet<Role>;
  readonly limits: PressureLimits;
  /** How many documents are converted at the same time. */
  readonly width: number;
  /** What is to be done once for a job; one at a time. */
  readonly runJob: (task: Task) => Promise<void>;
  /** A document is converted: there may be something to deliver. */
  readonly onConverted: () => void;
  readonly log: Logger;
}

export function startIntake(options: IntakeOptions): Omit<Intake, 'deliverers' | 'quotas'> {
  const { store, width, log, roles } = options;
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

  function loop(kinds: readonly Task['kind'][], most: number, run: (task: Task) => Promise<void>): TaskLoop {
    return startTaskLoop({
      claim: async (running) =>
        running >= most || !roles.has('work') ? [] : store.ask('claim', kinds, most - running, Date.now()),
      ...(store.isShared ? { renew: (tasks) => store.ask('renew', tasks) } : {}),
      run,
      failed(task, error) {
        log.error(
          { task: task.kind, id: task.document, what: error instanceof StoreFailure ? error.code : 'unknown' },
          'intake',
        );
        // The store would not take it; the task must not be held for ever by nobody.
        return store.of(task.tenant).ask('release', task, POLL_MILLISECONDS);
      },
      storeFailed: (code) => log.error({ what: code }, 'store'),
    });
  }

  return {
    store,
    pressure,
    roles,
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

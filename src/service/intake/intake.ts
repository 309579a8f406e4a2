/** From the store to the workers and back. What was accepted is converted, even if this process ends meanwhile. */
import type { Logger } from 'pino';
import type { Deliverer } from '../../delivery/deliverer.js';
import type { Task } from '../../store/records.js';
import { StoreFailure, type Store } from '../../store/store.js';
import { step } from '../../store/steps.js';
import { POLL_MILLISECONDS, startTaskLoop, type TaskLoop } from '../../store/task-loop.js';
import type { Role } from '../settings/schema.js';
import type { AuditSending } from '../audit/send-audit.js';
import { convertTask, type ConvertTaskOptions } from './convert-task.js';
import type { Quotas } from './quotas.js';
import { createPressure, type Pressure, type PressureLimits } from './pressure.js';
import { unwrapTask } from './unwrap-task.js';

export interface Intake {
  readonly store: Store;
  /** One deliverer for each receiver. */
  readonly deliverers: readonly Deliverer[];
  /** One for each place that the audit goes to besides the store. */
  readonly auditSendings: readonly Pick<AuditSending, 'name' | 'isUp'>[];
  /** Says whether there is room for more documents. */
  readonly pressure: Pressure;
  /** Says whether a tenant has room for more documents. */
  readonly quotas: Quotas;
  /** Says that there is something new to convert. */
  wake(): void;
  /** Which kinds of work this node does (settings `roles`). */
  readonly roles: ReadonlySet<Role>;
  /** Takes no new task. Resolves when the outcomes of the running ones are written down. */
  stop(): Promise<void>;
}

export interface IntakeOptions extends Omit<ConvertTaskOptions, 'store'> {
  readonly store: Store;
  /** The folder of the store, whose disk is watched. Absent if the store is on another machine. */
  readonly folder: string | undefined;
  readonly roles: ReadonlySet<Role>;
  readonly limits: PressureLimits;
  /** How many documents are converted at the same time. */
  readonly width: number;
  /** Does the whole work of one job. Only one job runs at a time. */
  readonly runJob: (task: Task) => Promise<void>;
  /** Called when a document is converted, because there may be something to deliver. */
  readonly onConverted: () => void;
  readonly log: Logger;
}

export function startIntake(options: IntakeOptions): Omit<Intake, 'deliverers' | 'quotas' | 'auditSendings'> {
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
        // The store refused the outcome. The task is released, so that it is not held for ever.
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

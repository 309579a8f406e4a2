/** From the store to the workers and back: what was accepted is converted, whatever happens to this process meanwhile. */
import type { Logger } from 'pino';
import type { StoredDocument, Task } from '../../store/records.js';
import { StoreFailure, type Store } from '../../store/store.js';
import { operationOutcome } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET, type Failure, type Job, type JobOptions } from '../workers/job.js';
import type { Performed } from '../workers/pool.js';

export interface Intake {
  readonly store: Store;
  /** There is something new to convert. */
  wake(): void;
  /** Takes no new task; resolves when the running ones are written. */
  stop(): Promise<void>;
}

export interface IntakeOptions {
  readonly store: Store;
  readonly run: (job: Job, body: Uint8Array) => Promise<Performed>;
  /** How many documents are converted at the same time. */
  readonly width: number;
  readonly log: Logger;
}

/** Looked at again so often though nobody called: for tasks that were put back. */
const POLL_MILLISECONDS = 1000;

export function startIntake({ store, run, width, log }: IntakeOptions): Intake {
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
      const free = width - running.size;
      const tasks = free <= 0 ? [] : await store.ask('claim', 'convert', free, Date.now());
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
    const work = convert(task)
      .catch((error: unknown) => {
        log.error({ document: task.document, what: error instanceof StoreFailure ? error.code : 'unknown' }, 'intake');
      })
      .finally(() => {
        running.delete(work);
        void look();
      });
    running.add(work);
  }

  async function convert(task: Task): Promise<void> {
    const document = await store.ask('documentOfTask', task.document);
    const source = await store.ask('bodyOf', task.document, 'source');
    if (document === undefined || source === undefined) return;
    let performed: Performed;
    try {
      performed = await run(jobOf(document), source);
    } catch (error) {
      await tellOfLoss(task, error);
      return;
    }
    const { header, body } = performed;
    const now = Date.now();
    if (body === undefined) {
      await store.ask('release', task, now + POLL_MILLISECONDS);
      return;
    }
    if (!header.ok) {
      const isRefused = header.status < 500;
      await store.ask(isRefused ? 'refuse' : 'failAttempt', task, outcomeOf(header), now);
      return;
    }
    await store.ask(
      'finishConversion',
      task,
      {
        mapping: header.mappingHash,
        bundle: body,
        entries: header.entries ?? 0,
        facts: header.document ?? {},
        issues: header.issues,
      },
      now,
    );
  }

  /** No worker free is not the document's fault; a worker that ended over it may be. */
  async function tellOfLoss(task: Task, error: unknown): Promise<void> {
    if (error instanceof ServiceError && error.status === 503) {
      await store.ask('release', task, Date.now() + POLL_MILLISECONDS);
      return;
    }
    const failure: Failure =
      error instanceof ServiceError
        ? { ok: false, status: error.status, code: error.code, message: error.message }
        : { ok: false, status: 500, code: 'exception', message: 'The conversion failed.' };
    await store.ask('failAttempt', task, outcomeOf(failure), Date.now());
  }

  const timer = setInterval(() => void look(), POLL_MILLISECONDS);
  void look();
  return {
    store,
    wake: () => void look(),
    async stop() {
      state.stopped = true;
      clearInterval(timer);
      await Promise.allSettled(running);
    },
  };
}

function jobOf({ options, mediaType }: StoredDocument): Job {
  const { set = DEFAULT_SET, ...others } = options as Partial<Record<keyof JobOptions, string>>;
  return {
    kind: 'document',
    options: { set, ...others } as JobOptions,
    format: 'json',
    include: [],
    wantsFacts: true,
    ...(mediaType.startsWith('multipart/') ? { mediaType } : {}),
  };
}

function outcomeOf({ code, message, line, column }: Failure): string {
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text: message, line, column }]));
}

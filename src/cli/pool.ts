import { Worker } from 'node:worker_threads';
import { complaintsOf } from './complaints.js';
import type { FileJob, FileOutcome, WorkerMessage, WorkerSetup } from './work.js';
import { removePart } from './write-file.js';

/** The mappings can't be loaded, so no document can be converted. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';

  constructor(readonly complaints: readonly string[]) {
    super('no converter');
  }
}

/**
 * Does the jobs on `size` worker threads that run `module` (cli/worker.js). A job whose worker dies is reported as failed and a new worker takes its place.
 *
 * `alive` has the workers that there are at the moment, for whoever has to stop them.
 *
 * @throws UnusableError
 */
export async function runJobs(
  jobs: readonly FileJob[],
  size: number,
  module: URL,
  setup: WorkerSetup,
  report: (job: FileJob, outcome: FileOutcome) => void,
  alive = new Set<Worker>(),
): Promise<void> {
  const waiting = jobs.values();
  await Promise.all(
    Array.from({ length: Math.min(size, jobs.length) }, async () => {
      let job = next(waiting);
      while (job !== undefined) job = await oneWorker(job, waiting, module, setup, report, alive);
    }),
  );
}

/** Removes the half-written files of a worker that was stopped in the middle of the job. */
function removeParts(job: FileJob): void {
  for (const file of [job.bundle, job.ledger, job.trace]) if (file !== undefined) removePart(file);
}

function next(jobs: IterableIterator<FileJob>): FileJob | undefined {
  const { value, done } = jobs.next() as IteratorResult<FileJob, undefined>;
  return done === true ? undefined : value;
}

/** Feeds one worker until no job is left. If the worker dies before that, returns the next job for its successor. */
function oneWorker(
  first: FileJob,
  waiting: IterableIterator<FileJob>,
  module: URL,
  setup: WorkerSetup,
  report: (job: FileJob, outcome: FileOutcome) => void,
  alive: Set<Worker>,
): Promise<FileJob | undefined> {
  return new Promise((resolve, reject) => {
    // A conversion makes many short-lived objects. With a larger young generation V8 copies half as many of them.
    const worker = new Worker(module, { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: 96 } });
    alive.add(worker);
    let job: FileJob | undefined = first;
    let ready = false;
    let death: unknown;
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'unusable') {
        reject(new UnusableError(message.complaints));
        void worker.terminate();
        return;
      }
      if (message.kind === 'ready') {
        ready = true;
      } else if (job !== undefined) {
        report(job, message);
        job = next(waiting);
      }
      if (job === undefined) void worker.terminate();
      else worker.postMessage(job);
    });
    worker.on('error', (error) => {
      death = error;
    });
    worker.on('exit', () => {
      alive.delete(worker);
      if (!ready) {
        reject(new UnusableError(complaintsOf(death, 'cairn')));
      } else if (job === undefined) {
        resolve(undefined);
      } else {
        removeParts(job);
        report(job, { kind: 'failed', complaints: complaintsOf(death, job.file) });
        resolve(next(waiting));
      }
    });
  });
}

import type { StoredJob } from '../../../store/operations/jobs.js';
import type { Task } from '../../../store/records.js';
import { StoreFailure, type Store } from '../../../store/store.js';
import { ServiceError } from '../../errors/service-error.js';
import { exportJob } from './export-job.js';
import { importJob } from './import-job.js';
import type { JobOptions } from './job-options.js';
import type { JobOutcome } from './job-outcome.js';
import { replayJob } from './replay-job.js';

const MOST_ATTEMPTS = 3;

/** Does the work of a job. A job that was interrupted begins again and finds what it has already done. */
export async function runJob(
  options: Omit<JobOptions, 'store' | 'tenant'> & { readonly store: Store },
  task: Task,
): Promise<void> {
  const { log } = options;
  const store = options.store.of(task.tenant);
  const job = await store.ask('jobOf', task.document);
  if (job?.state !== 'running') {
    await store.ask('finishJob', task, 'done', {}, Date.now());
    return;
  }
  try {
    await store.ask(
      'finishJob',
      task,
      'done',
      await perform({ ...options, store, tenant: task.tenant }, job),
      Date.now(),
    );
  } catch (error) {
    if (error instanceof StoreFailure) throw error;
    if (!(error instanceof ServiceError) && task.attempt < MOST_ATTEMPTS) throw error;
    const text = error instanceof ServiceError ? error.message : 'The job failed because of a fault of the service.';
    log.error({ job: job.id, kind: job.kind, attempt: task.attempt }, 'job failed');
    await store.ask('finishJob', task, 'failed', { text }, Date.now());
  }
}

function perform(options: JobOptions, job: StoredJob): Promise<JobOutcome> {
  switch (job.kind) {
    case 'import':
      return importJob(options, job);
    case 'export':
      return exportJob(options, job);
    case 'replay':
      return replayJob(options, job);
  }
}

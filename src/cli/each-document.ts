import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { prepare, type AuthorAnswer, type AuthorTask } from './author-task.js';
import { optimizeForShortRuns } from './short-runs.js';

/**
 * With fewer files than this for each thread, a second thread costs more than it saves: it must load the sets once
 * more.
 */
const FEW = 12;

/**
 * Does a task for each file, on all cores where there are many; the answers stand in the order of the files.
 * @throws MappingError where a set can't be loaded
 */
export async function eachDocument(files: readonly string[], task: AuthorTask): Promise<AuthorAnswer[]> {
  optimizeForShortRuns();
  const worker = new URL('./author-worker.js', import.meta.url);
  const threads = Math.min(availableParallelism(), Math.ceil(files.length / FEW));
  // Only a build has it.
  if (threads < 2 || !existsSync(fileURLToPath(worker))) {
    const perform = prepare(task);
    return files.map(perform);
  }
  const answers: AuthorAnswer[] = [];
  const waiting = waitingFiles(files.length, threads);
  await Promise.all(
    Array.from(
      { length: threads },
      (_, index) =>
        new Promise<void>((resolve, reject) => {
          const thread = new Worker(worker, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 96 } });
          let at: number | undefined;
          thread.on('message', (message: AuthorAnswer | 'ready') => {
            if (message !== 'ready' && at !== undefined) answers[at] = message;
            at = waiting.next(index);
            if (at === undefined) void thread.terminate().then(() => resolve());
            else thread.postMessage(files[at]);
          });
          thread.on('error', reject);
        }),
    ),
  );
  return answers;
}

/**
 * Hands out the indexes of the files. Each thread has a stretch of neighbouring files. A thread that is done helps the
 * one with the most files left. Neighbours mostly come from one sender and need the same mappings, so only one thread
 * has to compile and optimize these.
 */
export function waitingFiles(count: number, threads: number): { next: (thread: number) => number | undefined } {
  const stretches = Array.from({ length: threads }, (_, thread) => ({
    first: Math.floor((count * thread) / threads),
    end: Math.floor((count * (thread + 1)) / threads),
  }));
  return {
    next: (thread) => {
      const own = stretches[thread]!;
      if (own.first < own.end) return own.first++;
      const longest = stretches.reduce((most, one) => (one.end - one.first > most.end - most.first ? one : most));
      return longest.first < longest.end ? --longest.end : undefined;
    },
  };
}

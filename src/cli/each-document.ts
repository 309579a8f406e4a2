import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { prepare, type AuthorAnswer, type AuthorTask } from './author-task.js';

/** Up to here a second thread would load the sets once more for nothing. */
const FEW = 12;

/**
 * Does a task for each file, on all cores where there are many; the answers stand in the order of the files.
 * @throws MappingError where a set can't be loaded
 */
export async function eachDocument(files: readonly string[], task: AuthorTask): Promise<AuthorAnswer[]> {
  const worker = new URL('./author-worker.js', import.meta.url);
  const threads = Math.min(availableParallelism(), Math.ceil(files.length / FEW));
  // Only a build has it.
  if (threads < 2 || !existsSync(fileURLToPath(worker))) {
    const perform = prepare(task);
    return files.map(perform);
  }
  const answers: AuthorAnswer[] = [];
  let next = 0;
  await Promise.all(
    Array.from(
      { length: threads },
      () =>
        new Promise<void>((resolve, reject) => {
          const thread = new Worker(worker, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 96 } });
          let at = -1;
          thread.on('message', (message: AuthorAnswer | 'ready') => {
            if (message !== 'ready') answers[at] = message;
            at = next++;
            if (at < files.length) thread.postMessage(files[at]);
            else void thread.terminate().then(() => resolve());
          });
          thread.on('error', reject);
        }),
    ),
  );
  return answers;
}

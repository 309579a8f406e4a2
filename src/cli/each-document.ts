import { availableParallelism } from 'node:os';
import { existsSync, statSync } from 'node:fs';
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
 * Does a task for each file, on all cores if there are many. The answers stand in the order of the files.
 * @param meanwhile is done while the threads start; if it throws, no file is read
 * @throws MappingError if a set can't be loaded
 */
export async function eachDocument(
  files: readonly string[],
  task: AuthorTask,
  meanwhile: () => void = () => undefined,
): Promise<AuthorAnswer[]> {
  optimizeForShortRuns();
  const worker = new URL('./author-worker.js', import.meta.url);
  const count = Math.min(availableParallelism(), Math.ceil(files.length / FEW));
  // Only a build has it.
  if (count < 2 || !existsSync(fileURLToPath(worker))) {
    meanwhile();
    const perform = prepare(task);
    return files.map(perform);
  }
  const start = (): Worker =>
    new Worker(worker, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 96 } });
  const threads = Array.from({ length: count }, start);
  try {
    meanwhile();
    return await answersOf(threads, files);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function answersOf(threads: readonly Worker[], files: readonly string[]): Promise<AuthorAnswer[]> {
  const answers: AuthorAnswer[] = [];
  const waiting = waitingFiles(files.map(sizeOf), threads.length);
  const worksOff = (thread: Worker, index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let at: number | undefined;
      thread.on('message', (message: AuthorAnswer | 'ready') => {
        if (message !== 'ready' && at !== undefined) answers[at] = message;
        at = waiting.next(index);
        if (at === undefined) resolve();
        else thread.postMessage(files[at]);
      });
      thread.on('error', reject);
    });
  return Promise.all(threads.map(worksOff)).then(() => answers);
}

/** A file that can't be read has no size here; its task tells why. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** A file is large if it has so many times the bytes of a usual one. */
const LARGE = 10;

/**
 * Hands out the indexes of files of these sizes. Large files come first, so that no thread still works on one when the
 * others are done. Then each thread has a stretch of neighbouring files. A thread that is done helps the one with the most
 * bytes left. Neighbours mostly come from one sender and need the same mappings, so only one thread has to compile and
 * optimize these.
 */
export function waitingFiles(
  sizes: readonly number[],
  threads: number,
): { next: (thread: number) => number | undefined } {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const isLarge = (index: number): boolean => sizes[index]! * sizes.length > all * LARGE;
  const indexes = [...sizes.keys()];
  const large = indexes.filter(isLarge).sort((one, other) => sizes[other]! - sizes[one]!);
  const stretches = stretchesOf(
    indexes.filter((index) => !isLarge(index)),
    sizes,
    threads,
  );
  const bytesOf = (stretch: readonly number[]): number => stretch.reduce((sum, index) => sum + sizes[index]!, 0);
  return {
    next: (thread) => {
      const own = large.length > 0 ? large : stretches[thread]!;
      if (own.length > 0) return own.shift();
      return stretches.reduce((most, one) => (bytesOf(one) > bytesOf(most) ? one : most)).pop();
    },
  };
}

/** Neighbouring files for each thread, of about as many bytes each. */
function stretchesOf(indexes: readonly number[], sizes: readonly number[], threads: number): number[][] {
  const stretches = Array.from({ length: threads }, (): number[] => []);
  const all = indexes.reduce((sum, index) => sum + sizes[index]!, 0);
  let before = 0;
  for (const index of indexes) {
    const thread = all === 0 ? 0 : Math.floor(((before + sizes[index]! / 2) * threads) / all);
    stretches[Math.min(thread, threads - 1)]!.push(index);
    before += sizes[index]!;
  }
  return stretches;
}

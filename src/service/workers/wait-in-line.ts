import { ClientGone } from '../errors/service-error.js';
import type { WorkerProcess } from './worker-process.js';

/** A document that waits for a worker. */
export interface Waiting {
  /** Resolves when the worker has done with it, or is lost. */
  start(worker: WorkerProcess): Promise<void>;
}

export interface Patience {
  /** Ends the wait when the client goes away. */
  readonly signal?: AbortSignal | undefined;
  readonly seconds: number;
  /** What the client is told if no worker was free by then. */
  readonly tooLate: () => Error;
}

/**
 * Puts work into a line. It leaves the line when a worker begins with it, when the wait takes too long, or when its
 * client goes away. Once begun it is not stopped.
 *
 * @returns what the worker gave, with the time that it waited
 */
export function waitInLine<Result extends object>(
  line: Set<Waiting>,
  work: (worker: WorkerProcess) => Promise<Result>,
  { signal, seconds, tooLate }: Patience,
): Promise<Result & { readonly waitedMilliseconds: number }> {
  const arrived = performance.now();
  return new Promise((resolve, reject) => {
    const waiting: Waiting = {
      async start(worker) {
        stopWaiting();
        const waitedMilliseconds = performance.now() - arrived;
        const done = work(worker).then((result) => ({ ...result, waitedMilliseconds }));
        resolve(done);
        await done.catch(() => undefined);
      },
    };
    const giveUp = (error: Error): void => {
      stopWaiting();
      if (line.delete(waiting)) reject(error);
    };
    const timer = setTimeout(() => {
      giveUp(tooLate());
    }, seconds * 1000);
    const onAbort = (): void => {
      giveUp(new ClientGone('The client went away.'));
    };
    signal?.addEventListener('abort', onAbort);
    function stopWaiting(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
    line.add(waiting);
  });
}

/** A group of workers that have loaded the same mappings. A worker that is lost is replaced. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TermsInUse } from '../../conversion.js';
import type { Assignment } from './job.js';
import { takeSnapshot } from './snapshot.js';
import { startWorker, StartError, type Ending, type WorkerKind, type WorkerProcess } from './worker-process.js';
import { ownValue } from '../../own-value.js';

export interface CrewOptions {
  readonly assignment: Assignment;
  readonly workers: Readonly<Record<WorkerKind, number>>;
  readonly memoryMegabytes: number;
  /** The main module of a worker process, if it is not the one that belongs to this module. */
  readonly workerModule?: string;
  /** Called for each worker that was lost. */
  readonly onRestart?: (ending: Ending) => void;
  /** Called with errors that no client gets, for the log. */
  readonly onTrouble?: (what: string) => void;
}

export interface Crew {
  /** The hash of each mapping set. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The term pack, if there is one. */
  readonly terms: TermsInUse | undefined;
  readonly alive: number;
  isFree(kind: WorkerKind): boolean;
  /** A worker that has no document. `release` gives it back. */
  take(kind: WorkerKind): WorkerProcess | undefined;
  release(worker: WorkerProcess): void;
  /** Resolves when the crew is retired and its last worker has ended. */
  readonly gone: Promise<void>;
  /** Takes no new documents. Free workers end now, the others when they are released. */
  retire(): void;
  /** Ends all workers at once. */
  close(): Promise<void>;
}

/**
 * `onFree` is called whenever a worker has become free. @throws StartError if the mappings can't be loaded; then no
 * worker is left.
 */
export async function musterCrew(options: CrewOptions, onFree: () => void): Promise<Crew> {
  const { memoryMegabytes, workerModule } = options;
  const snapshot = await takeSnapshot(options.assignment.sets);
  const assignment: Assignment = { ...options.assignment, sets: snapshot.sets };
  const free = new Set<WorkerProcess>();
  const all = new Set<WorkerProcess>();
  let retired = false;
  let leave: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });

  const kinds = (['small', 'large'] as const).flatMap((kind) =>
    Array.from({ length: options.workers[kind] }, () => kind),
  );
  const starts = kinds.map((kind) => startWorker(kind, assignment, memoryMegabytes, workerModule));
  const results = await Promise.allSettled(starts);
  const started = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const failed = results.find((result) => result.status === 'rejected');
  const hashes = started[0]?.hashes ?? {};
  const terms = started[0]?.terms;
  const isSame = (worker: WorkerProcess): boolean =>
    same(worker.hashes, hashes) && worker.terms?.sha256 === terms?.sha256;
  if (failed !== undefined || !started.every(isSame)) {
    for (const worker of started) worker.close();
    snapshot.remove();
    throw failed === undefined ? new StartError('The mappings changed while they were loaded.') : failed.reason;
  }
  started.forEach(enlist);

  function enlist(worker: WorkerProcess): void {
    all.add(worker);
    free.add(worker);
    void worker.ended.then((ending) => {
      all.delete(worker);
      free.delete(worker);
      if (!retired) {
        options.onRestart?.(ending);
        void replace(worker.kind);
      } else if (all.size === 0) {
        snapshot.remove();
        leave();
      }
    });
  }

  function freeOf(kind: WorkerKind): WorkerProcess | undefined {
    for (const worker of free) if (worker.kind === kind) return worker;
    return undefined;
  }

  async function replace(kind: WorkerKind): Promise<void> {
    for (let pause = 100; !retired; pause = Math.min(pause * 2, 10_000)) {
      const worker = await startWorker(kind, assignment, memoryMegabytes, workerModule).catch((error: unknown) => {
        options.onTrouble?.(error instanceof Error ? error.message : 'A worker could not start.');
      });
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have changed meanwhile
      if (worker !== undefined && !retired && isSame(worker)) {
        enlist(worker);
        onFree();
        return;
      }
      worker?.close();
      // Workers with two different mapping sets would be worse than one worker less.
      if (worker !== undefined)
        options.onTrouble?.('The mappings or the term pack on disk are not those in service; SIGHUP reloads them.');
      await delay(pause, undefined, { ref: false });
    }
  }

  return {
    hashes,
    terms,
    gone,
    get alive() {
      return all.size;
    },
    isFree: (kind) => freeOf(kind) !== undefined,
    take(kind) {
      const worker = freeOf(kind);
      if (worker !== undefined) free.delete(worker);
      return worker;
    },
    release(worker) {
      if (retired) worker.close();
      else if (all.has(worker)) free.add(worker);
    },
    retire() {
      retired = true;
      for (const worker of free) worker.close();
      free.clear();
    },
    async close() {
      retired = true;
      const workers = [...all];
      for (const worker of workers) worker.close();
      await Promise.all(workers.map((worker) => worker.ended));
    },
  };
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(a).length === Object.keys(b).length &&
    Object.entries(a).every(([name, hash]) => ownValue(b, name) === hash)
  );
}

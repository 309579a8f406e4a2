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
  const snapshot = await takeSnapshot(options.assignment.sets);
  const assignment: Assignment = { ...options.assignment, sets: snapshot.sets };
  const start: Start = (kind) => startWorker(kind, assignment, options.memoryMegabytes, options.workerModule);
  const started = await startAll(options.workers, start).catch((error: unknown) => {
    snapshot.remove();
    throw error;
  });
  const loaded: Loaded = started[0] ?? { hashes: {}, terms: undefined };
  const free = new Set<WorkerProcess>();
  const all = new Set<WorkerProcess>();
  let retired = false;
  const isRetired = (): boolean => retired;
  let leave: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
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
    for (let pause = 100; !isRetired(); pause = Math.min(pause * 2, 10_000)) {
      const worker = await startLike(loaded, kind, start, options.onTrouble);
      if (worker !== undefined && !isRetired()) {
        enlist(worker);
        onFree();
        return;
      }
      worker?.close();
      await delay(pause, undefined, { ref: false });
    }
  }

  return {
    hashes: loaded.hashes,
    terms: loaded.terms,
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

type Start = (kind: WorkerKind) => Promise<WorkerProcess>;

/** What a worker has loaded. */
type Loaded = Pick<WorkerProcess, 'hashes' | 'terms'>;

/**
 * Starts all workers.
 * @throws StartError if one can't start, or if they have loaded different mappings; then none is left
 */
async function startAll(counts: CrewOptions['workers'], start: Start): Promise<WorkerProcess[]> {
  const kinds = (['small', 'large'] as const).flatMap((kind) => Array.from({ length: counts[kind] }, () => kind));
  const results = await Promise.allSettled(kinds.map(start));
  const started = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined && started.every((worker) => isSame(worker, started[0]!))) return started;
  for (const worker of started) worker.close();
  throw failed === undefined ? new StartError('The mappings changed while they were loaded.') : failed.reason;
}

/**
 * Starts a worker that has loaded what the others have; undefined if it can't start or has loaded something else.
 * Workers with two different mapping sets would be worse than one worker less.
 */
async function startLike(
  others: Loaded,
  kind: WorkerKind,
  start: Start,
  onTrouble: CrewOptions['onTrouble'],
): Promise<WorkerProcess | undefined> {
  try {
    const worker = await start(kind);
    if (isSame(worker, others)) return worker;
    worker.close();
    onTrouble?.('The mappings or the term pack on disk are not those in service; SIGHUP reloads them.');
  } catch (error) {
    onTrouble?.(error instanceof Error ? error.message : 'A worker could not start.');
  }
  return undefined;
}

function isSame(one: Loaded, other: Loaded): boolean {
  const hashes = Object.entries(one.hashes);
  return (
    one.terms?.sha256 === other.terms?.sha256 &&
    hashes.length === Object.keys(other.hashes).length &&
    hashes.every(([name, hash]) => ownValue(other.hashes, name) === hash)
  );
}

/**
 * The documents that wait for a worker. If a worker is lost, its document gets an error, and no other document is
 * affected.
 */
import type { TermsInUse } from '../../conversion.js';
import { ServiceError } from '../errors/service-error.js';
import { musterCrew, type Crew, type CrewOptions } from './crew.js';
import { inTurn } from './in-turn.js';
import type { Job } from './job.js';
import { waitInLine, type Waiting } from './wait-in-line.js';
import {
  WorkerLost,
  type Admit,
  type AnswerFrame,
  type Ending,
  type WorkerKind,
  type WorkerProcess,
} from './worker-process.js';

/** A document of this size or more counts as large (see worker-process.ts): it takes a good part of a second. */
const LARGE = 5_000_000;

export interface PoolOptions extends CrewOptions {
  readonly timeLimitSeconds: number;
  readonly queueLength: number;
  readonly queueSeconds: number;
}

export interface PoolState {
  readonly workers: number;
  readonly alive: number;
  readonly busy: number;
  readonly waiting: number;
  /** The hash of each mapping set. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The term pack, if there is one. */
  readonly terms: TermsInUse | undefined;
}

export type Performed = AnswerFrame & { readonly waitedMilliseconds: number };

export interface RunOptions {
  /** Ends the wait for a worker. */
  readonly signal?: AbortSignal;
  /** Whether there is memory for an answer of this length. If not, the answer comes without its bytes. */
  readonly admit?: Admit;
}

/** A worker ends a conversion by itself at the time limit, and says so. If it doesn't, its process is killed. */
const GRACE_MILLISECONDS = 1000;

export interface Pool {
  state(): PoolState;
  /** @throws ServiceError 503 if the queue would be full; asked before the body is read. */
  checkRoom(length: number): void;
  /** @throws ServiceError 503 queue full or wait too long, 504 over the time limit, 413 over the memory limit. */
  run(job: Job, body: Uint8Array, options?: RunOptions): Promise<Performed>;
  /** Loads the mappings again while the workers go on. If that fails, the old mappings stay. @throws StartError */
  reload(): Promise<void>;
  /** Resolves when no document is running or waiting. */
  idle(): Promise<void>;
  /** Ends all workers at once. Await `idle` first if documents should finish. */
  close(): Promise<void>;
}

/** @throws StartError if the mappings can't be loaded. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const lines: Readonly<Record<WorkerKind, Set<Waiting>>> = { small: new Set(), large: new Set() };
  const waiting = (): number => lines.small.size + lines.large.size;
  const workers = options.workers.small + options.workers.large;
  const crews = new Set<Crew>();
  let busy = 0;
  /** A moving mean, for Retry-After. */
  let milliseconds = 100;
  let whenIdle: (() => void)[] = [];
  let closed = false;
  let crew = await muster();

  async function muster(): Promise<Crew> {
    const fresh = await musterCrew(options, serve);
    crews.add(fresh);
    return fresh;
  }

  async function renew(): Promise<void> {
    const old = crew;
    const fresh = await muster();
    if (closed) {
      await fresh.close();
      return;
    }
    crew = fresh;
    old.retire();
    void old.gone.then(() => crews.delete(old));
    serve();
  }

  function kindOf(length: number): WorkerKind {
    return length >= LARGE && options.workers.large > 0 ? 'large' : 'small';
  }

  function serve(): void {
    for (const kind of ['small', 'large'] as const) {
      for (const task of lines[kind]) {
        const worker = crew.take(kind);
        if (worker === undefined) break;
        lines[kind].delete(task);
        void occupy(crew, worker, task);
      }
    }
  }

  async function occupy(from: Crew, worker: WorkerProcess, task: Waiting): Promise<void> {
    const started = performance.now();
    busy++;
    await task.start(worker);
    busy--;
    milliseconds += (performance.now() - started - milliseconds) / 20;
    from.release(worker);
    serve();
    if (busy > 0 || waiting() > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  function full(): ServiceError {
    const seconds = Math.ceil((milliseconds * (waiting() + busy)) / workers / 1000);
    const headers = { 'Retry-After': String(Math.min(Math.max(seconds, 1), 120)) };
    return new ServiceError(503, 'transient', 'Too many documents are waiting; try again later.', { headers });
  }

  function checkRoom(length: number): void {
    const kind = kindOf(length);
    const wouldWait = lines[kind].size > 0 || !crew.isFree(kind);
    if (wouldWait && waiting() >= options.queueLength) throw full();
  }

  async function perform(worker: WorkerProcess, job: Job, body: Uint8Array, admit: Admit): Promise<AnswerFrame> {
    try {
      return await worker.perform(job, body, options.timeLimitSeconds * 1000 + GRACE_MILLISECONDS, admit);
    } catch (error) {
      throw error instanceof WorkerLost ? lossOf(error.ending) : error;
    }
  }

  return {
    state: () => ({
      workers,
      alive: crew.alive,
      busy,
      waiting: waiting(),
      hashes: crew.hashes,
      terms: crew.terms,
    }),
    checkRoom,
    async run(job, body, { signal, admit = () => true } = {}) {
      checkRoom(body.length);
      const line = lines[kindOf(body.length)];
      const performed = waitInLine(line, (worker) => perform(worker, job, body, admit), {
        signal,
        seconds: options.queueSeconds,
        tooLate: full,
      });
      serve();
      return await performed;
    },
    // Two crews that are mustered at the same time would each take the place of the same third, and one of them would be
    // left over. The reload that waits will load the newest files.
    reload: inTurn(renew),
    idle: () =>
      busy === 0 && waiting() === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenIdle.push(resolve);
          }),
    async close() {
      closed = true;
      await Promise.all([...crews].map((each) => each.close()));
    },
  };
}

function lossOf(ending: Ending): ServiceError {
  switch (ending) {
    case 'time':
      return new ServiceError(504, 'timeout', 'The conversion took longer than the time limit.');
    case 'memory':
      return new ServiceError(413, 'too-costly', 'The conversion needed more memory than the limit.');
    default:
      return new ServiceError(500, 'exception', 'The conversion failed; this is a fault of the service.', {
        reason: ending,
      });
  }
}

/**
 * One worker process, seen from the service.
 *
 * Why a process and not a thread: a thread that outgrows its heap in one large allocation (a Map or an array that
 * doubles) takes the whole process down, whatever its resourceLimits say, and every other document with it. A process
 * dies alone, ends for certain when it is killed, and costs 60 µs a document more than a thread.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TermsInUse } from '../../conversion.js';
import type { Mistake } from '../../mapping/mapping-error.js';
import { FrameReader, frameStart, type WorkerFrame, type RefusedFrame } from './frames.js';
import type { Assignment, Job, Outcome, Readiness } from './job.js';

const workerMain = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

/** Why a worker ended. */
export type Ending = 'time' | 'memory' | 'crash' | 'closed';

/** A worker ended while it had a document. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';

  constructor(readonly ending: Ending) {
    super(`The worker ended: ${ending}.`);
  }
}

/** A mapping set can't be loaded, or the worker can't even start. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(
    message: string,
    readonly mistakes: readonly Mistake[] = [],
  ) {
    super(message);
  }
}

/**
 * Large documents have workers of their own, with lower priority. Small documents, which are nearly all, then never
 * wait behind a large one.
 */
export type WorkerKind = 'small' | 'large';

export interface WorkerProcess {
  readonly kind: WorkerKind;
  readonly hashes: Readonly<Record<string, string>>;
  readonly terms: TermsInUse | undefined;
  /**
   * `admit` decides by the answer's length whether the answer may be held; if not, the frame comes without a body.
   * @throws WorkerLost if the worker ends meanwhile.
   */
  perform(job: Job, body: Uint8Array, timeLimitMilliseconds: number, admit: Admit): Promise<AnswerFrame>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<Ending>;
  close(): void;
}

export type Admit = (length: number) => boolean;
export type AnswerFrame = WorkerFrame<Outcome> | RefusedFrame<Outcome>;

const always: Admit = () => true;

/**
 * The priorities of workers, as values of `nice`. The process that accepts documents and answers comes first: without this,
 * with both workers busy, answers to /documents took half as long again at the 99th percentile. Under full load a large document's worker
 * gets a third of the processor time of a small one's.
 */
const STANDS_BACK: Readonly<Record<WorkerKind, string>> = { small: '3', large: '8' };

/** How long a worker may take to load its mappings. It takes some tenths of a second. */
const START_LIMIT = 60_000;

/** @throws StartError */
export async function startWorker(
  kind: WorkerKind,
  assignment: Assignment,
  memoryMegabytes: number,
  module = workerMain,
): Promise<WorkerProcess> {
  const [program, ...args] = commandLine(kind, memoryMegabytes, module);
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  const channel = child.stdio[3] as Socket;
  let receive: (frame: WorkerFrame<unknown> | RefusedFrame<unknown>) => void = () => undefined;
  let admits: Admit = always;
  const reader = new FrameReader<unknown>(
    (frame) => {
      receive(frame);
    },
    (length) => admits(length),
  );
  channel.on('data', (chunk: Buffer) => {
    reader.push(chunk);
  });
  // An error of a write to a worker that has just died. `exit` reports its end.
  channel.on('error', () => undefined);
  let cause: Ending | undefined;
  const ended = endingOf(child, () => cause);
  const end = (ending: Ending): void => {
    cause ??= ending;
    child.kill('SIGKILL');
  };

  function exchange(
    start: Uint8Array,
    body: Uint8Array | undefined,
    limit: number,
    admit: Admit,
  ): Promise<WorkerFrame<unknown> | RefusedFrame<unknown>> {
    admits = admit;
    const timer = setTimeout(() => {
      end('time');
    }, limit);
    const answer = new Promise<WorkerFrame<unknown> | RefusedFrame<unknown>>((resolve) => {
      receive = resolve;
    });
    // Both parts in one system call.
    channel.cork();
    channel.write(start);
    if (body !== undefined && body.length > 0) channel.write(body);
    channel.uncork();
    const lost = ended.then((ending): never => {
      throw new WorkerLost(ending);
    });
    return Promise.race([answer, lost]).finally(() => {
      clearTimeout(timer);
    });
  }

  const first = await exchange(frameStart(assignment, 0), undefined, START_LIMIT, always).catch((error: unknown) => {
    throw new StartError(`A worker could not start (${error instanceof WorkerLost ? error.ending : 'unknown error'}).`);
  });
  const readiness = first.header as Readiness;
  if (!readiness.ready) {
    end('closed');
    const what = readiness.set === '' ? 'The term pack' : `The mapping set ${readiness.set}`;
    throw new StartError(`${what} can't be used: ${readiness.message}`, readiness.mistakes);
  }
  return {
    kind,
    hashes: readiness.hashes,
    terms: readiness.terms,
    perform: async (job, body, limit, admit) =>
      (await exchange(frameStart(job, body.length), body, limit, admit)) as AnswerFrame,
    ended,
    close: () => {
      end('closed');
    },
  };
}

async function endingOf(child: ChildProcess, cause: () => Ending | undefined): Promise<Ending> {
  let lastWords = '';
  child.stderr?.setEncoding('latin1').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-8192);
  });
  const failed = new Promise<'failed'>((resolve) => {
    child.once('error', () => {
      resolve('failed');
    });
  });
  // `close` comes after the last of stderr, `exit` before it.
  const [code, signal] = (await Promise.race([once(child, 'close'), failed.then(() => [1, null])])) as [
    number | null,
    NodeJS.Signals | null,
  ];
  const known = cause();
  if (known !== undefined) return known;
  // V8 aborts with these words. If memory is short, the kernel kills the process without a word.
  if (signal === 'SIGKILL' || /heap out of memory|heap limit/i.test(lastWords)) return 'memory';
  return code === 0 && signal === null ? 'closed' : 'crash';
}

/** POSIX can lower the priority of a process with all its threads only when it starts. */
const nice = ['/usr/bin/nice', '/bin/nice'].find((name) => existsSync(name));

function commandLine(kind: WorkerKind, memoryMegabytes: number, module: string): [string, ...string[]] {
  const node = [
    process.execPath,
    // The options with which this process was started (a loader, in tests), without the port of a debugger.
    ...process.execArgv.filter((argument) => !argument.startsWith('--inspect')),
    `--max-old-space-size=${memoryMegabytes}`,
    // A conversion makes many short-lived objects. With a larger young generation V8 copies half as many of them.
    '--max-semi-space-size=32',
    // A large document and its garbage collection get one core, not all of them.
    ...(kind === 'large' ? ['--single-threaded-gc'] : []),
    module,
  ] as const;
  return nice === undefined ? [...node] : [nice, '-n', STANDS_BACK[kind], ...node];
}

/** A worker needs no settings of the service, and above all none of its secrets. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CAIRN_')));
}

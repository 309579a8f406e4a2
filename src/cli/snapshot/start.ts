import { constants } from 'node:os';
import { hasSnapshot, snapshotPlace } from './place.js';

/** Node 22.15 and later have it, but not on Windows. */
interface Replaceable {
  readonly execve?: (file: string, args: readonly string[], environment: NodeJS.ProcessEnv) => never;
}

/** A snapshot is of the packaged set, and for one document. */
const OTHERS = /^--(out|ndjson|mappings|terms|signature|help)/;

/**
 * Starts a conversion from the startup snapshot, if there is one: a heap in which all modules are loaded, and the
 * mappings compiled. Node takes a snapshot only by an option at its start, so this process becomes another one; where
 * it can't, another one runs in its place. One document of 40 kB takes half of the time (bench/README.md).
 *
 * Whoever gives Node options of their own, or counts coverage, gets the ordinary start: a snapshot needs the options of
 * the process that made it. `CAIRN_SNAPSHOT=off` also asks for the ordinary start.
 * @returns whether another process has done the work; the exit code is set then
 */
export async function startedFromSnapshot(args: readonly string[]): Promise<boolean> {
  if (args[0] !== 'convert' || args.some((argument) => OTHERS.test(argument))) return false;
  const { CAIRN_SNAPSHOT, NODE_OPTIONS, NODE_V8_COVERAGE } = process.env;
  if (CAIRN_SNAPSHOT === 'off' || NODE_OPTIONS || NODE_V8_COVERAGE || process.execArgv.length > 0) return false;
  const place = snapshotPlace();
  if (!hasSnapshot(place)) return false;
  const given = ['--snapshot-blob', place.blob, ...args];
  const { execve } = process as Replaceable;
  if (execve !== undefined && process.platform !== 'win32')
    execve.call(process, process.execPath, [process.execPath, ...given], process.env);
  const code = await run(given);
  if (code === undefined) return false;
  process.exitCode = code;
  return true;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs Node with these arguments; whoever stops this process stops that one. Undefined if no other process can start. */
async function run(args: readonly string[]): Promise<number | undefined> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('exit', (code, signal) => {
      // As a shell tells it.
      resolve(code ?? 128 + constants.signals[signal!]);
    });
  });
}

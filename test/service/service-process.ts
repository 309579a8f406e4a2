/** `cairn serve` as a process of its own, for what can only be seen from outside: signals, output, memory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../built.js';
import { fakeConverter } from './harness.js';

const main = fileURLToPath(new URL('./serve-main.ts', import.meta.url));

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly out: string[];
  readonly err: string[];
  readonly code: Promise<number | null>;
  /** Resolves with the address when the service listens. */
  readonly listening: () => Promise<string>;
  /** Resolves when the text has been written to the standard output. */
  readonly said: (text: string) => Promise<void>;
}

export function serveProcess(
  args: string[],
  environment: Record<string, string> = {},
  converter: 'fake' | 'real' = 'fake',
): ServiceProcess {
  const program = converter === 'real' ? [builtModule('cli.js'), 'serve'] : ['--import', 'tsx', main];
  const child = spawn(process.execPath, [...program, ...args], {
    env: {
      ...process.env,
      ...(converter === 'fake' ? { CAIRN_TEST_CONVERTER: fakeConverter } : {}),
      CAIRN_WORKERS: '1',
      CAIRN_LARGE_WORKERS: '0',
      ...environment,
    },
  });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  const code = once(child, 'close').then(([value]) => value as number | null);
  const ended = code.then((): never => {
    throw new Error(`The service ended: ${err.join('')}`);
  });
  ended.catch(() => undefined);
  const said = async (text: string): Promise<void> => {
    while (!out.join('').includes(text)) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  return {
    child,
    out,
    err,
    code,
    said,
    listening: async () => {
      await said('"listening"');
      return /"address":"([^"]+)"/.exec(out.join(''))![1]!;
    },
  };
}

/** The most memory that the process itself has had, in megabytes; undefined where the system does not tell. */
export function peakMegabytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
  } catch {
    return undefined;
  }
}

/** Processes whose parent is the one given. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return readFileSync(`/proc/${candidate}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    });
}

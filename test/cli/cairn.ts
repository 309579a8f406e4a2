import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';
import type { Modules } from '../../src/cli/terminal.js';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both, in the order in which they were written. */
  readonly all: string;
}

/** Runs the command line in this process, and answers what it wrote and its exit code. */
export async function runCairn(args: readonly string[], modules: Modules, input = ''): Promise<Ended> {
  const texts = { out: '', err: '', all: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        texts[name] += chunk.toString();
        texts.all += chunk.toString();
        done();
      },
    });
  const terminal = { stdin: Readable.from([Buffer.from(input)]), stdout: into('out'), stderr: into('err') };
  const code = await main(args, terminal, modules);
  return { code, ...texts };
}

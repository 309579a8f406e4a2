import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ConvertCommand } from './command.js';
import { settingsOf } from './convert-one.js';
import type { Input } from './inputs.js';
import { removeParts, runJobs, UnusableError } from './pool.js';
import { print, type Modules, type Terminal } from './terminal.js';
import type { Job, Outcome } from './work.js';

/** Converts documents into the folder `out` on all cores. Returns the exit code. */
export async function convertMany(
  inputs: readonly Input[],
  out: string,
  options: ConvertCommand,
  terminal: Terminal,
  modules: Modules,
): Promise<number> {
  const started = performance.now();
  const jobs = await Promise.all(inputs.map((input) => jobOf(input, out, options, terminal)));
  const totals = { converted: 0, failed: 0, bytes: 0, warnings: 0, facts: 0, unmapped: 0 };
  const setup = {
    converterModule: modules.converter,
    settings: settingsOf(options),
    ...(options.mappings === undefined ? {} : { mappings: options.mappings }),
  };
  const progress = terminal.stderr.isTTY === true;
  const unfinished = new Set(jobs);
  const report = (job: Job, outcome: Outcome): void => {
    unfinished.delete(job);
    terminal.stderr.write(outcome.complaints.map((line) => `${progress ? clear : ''}${line}\n`).join(''));
    if (outcome.kind === 'failed') {
      totals.failed++;
    } else {
      totals.converted += outcome.documents;
      totals.failed += outcome.complaints.length;
      totals.bytes += outcome.bytes;
      totals.warnings += outcome.warnings;
      totals.facts += outcome.facts;
      totals.unmapped += outcome.unmapped;
    }
    if (progress) {
      const done = totals.converted + totals.failed;
      terminal.stderr.write(`${clear}${String(done)}/${String(jobs.length)} documents`);
    }
  };
  const interrupted = (): void => {
    for (const job of unfinished) removeParts(job);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    await runJobs(jobs, availableParallelism(), new URL(modules.worker), setup, report);
  } catch (error) {
    if (!(error instanceof UnusableError)) throw error;
    await print(terminal.stderr, error.complaints.map((line) => `${line}\n`).join(''));
    return 1;
  } finally {
    process.off('SIGINT', interrupted);
  }
  await print(terminal.stderr, `${progress ? clear : ''}${summary(totals, performance.now() - started)}\n`);
  return totals.failed === 0 ? 0 : 1;
}

/** Back to the start of the line, and what stands there away. */
const clear = '\r\u001B[K';

async function jobOf(input: Input, out: string, options: ConvertCommand, terminal: Terminal): Promise<Job> {
  const target = join(out, input.relative);
  return {
    file: input.file === '-' ? 'stdin' : input.file,
    // Only this thread can read the standard input.
    bytes: input.file === '-' ? await buffer(terminal.stdin) : undefined,
    bundle: `${target}.${options.format}`,
    folder: target,
    ...(options.ledger === undefined ? {} : { ledger: `${target}.ledger.json` }),
    ...(options.trace === undefined ? {} : { trace: `${target}.trace.json` }),
  };
}

function summary(
  totals: { converted: number; failed: number; bytes: number; warnings: number; facts: number; unmapped: number },
  milliseconds: number,
): string {
  const count = (value: number, one: string, many = `${one}s`): string =>
    `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
  const megabytes = (totals.bytes / 1e6).toFixed(1);
  const seconds = (milliseconds / 1000).toFixed(1);
  return (
    `${count(totals.converted, 'document')} converted, ${totals.failed.toLocaleString('en')} failed; ` +
    `${count(totals.warnings, 'warning')}; ${totals.unmapped.toLocaleString('en')} of ${count(totals.facts, 'fact')} unmapped; ` +
    `${megabytes} MB in ${seconds} s`
  );
}

import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Worker } from 'node:worker_threads';
import type { ConvertCommand } from './command.js';
import { settingsOf } from './convert-one.js';
import type { InputDocument } from './inputs.js';
import { runJobs, UnusableError } from './pool.js';
import { optimizeForShortRuns } from './short-runs.js';
import { linesOf, print, type Modules, type Terminal } from './terminal.js';
import type { FileJob, FileOutcome } from './work.js';
import { removePartsIn, whenStopped } from './write-file.js';

/** Converts documents into the folder `out` on all cores. Returns the exit code. */
export async function convertMany(
  inputs: readonly InputDocument[],
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
    ...(options.terms === undefined ? {} : { terms: options.terms }),
    ...(options.signatures === undefined ? {} : { signatures: options.signatures }),
  };
  const progress = terminal.stderr.isTTY === true;
  const report = (_job: FileJob, outcome: FileOutcome): void => {
    terminal.stderr.write(linesOf(outcome.complaints, progress ? clear : ''));
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
  const workers = new Set<Worker>();
  // First the workers are stopped, then their half-written files are removed. The other way round, a worker could begin
  // a new file in between.
  const forget = whenStopped(async () => {
    await Promise.all([...workers].map((worker) => worker.terminate()));
    removePartsIn(out);
  });
  try {
    optimizeForShortRuns();
    await runJobs(jobs, await workersFor(jobs), new URL(modules.worker), setup, report, workers);
  } catch (error) {
    if (!(error instanceof UnusableError)) throw error;
    await print(terminal.stderr, linesOf(error.complaints));
    return 1;
  } finally {
    forget();
  }
  await print(terminal.stderr, `${progress ? clear : ''}${summary(totals, performance.now() - started)}\n`);
  return totals.failed === 0 ? 0 : 1;
}

/**
 * A second worker must load everything once more, and its code is slow at first. It pays off if each worker has this
 * many bytes.
 */
const ENOUGH = 3_000_000;
/** With this many files it pays off whatever they hold. */
const MANY = 500;

/** How many workers pay for themselves. */
async function workersFor(jobs: readonly FileJob[]): Promise<number> {
  const most = availableParallelism();
  if (jobs.length > MANY) return most;
  const sizes = await Promise.all(jobs.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(1, Math.min(most, Math.floor(total / ENOUGH)));
}

/** A file that can't be read is reported when its turn comes. */
async function sizeOf({ file, bytes }: FileJob): Promise<number> {
  return bytes?.length ?? (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** Moves the cursor to the start of the line and clears the line. */
const clear = '\r\u001B[K';

async function jobOf(input: InputDocument, out: string, options: ConvertCommand, terminal: Terminal): Promise<FileJob> {
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

/**
 * The engine that runs official measures: fqm-execution, which whoever wants it installs beside Cairn. It weighs 125 MB
 * and runs CQL as its authors wrote it: nothing that a conversion should carry.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bundle, MeasureReport, ValueSet } from 'fhir/r4.js';
import { OptionError } from '../option-error.js';

export const ENGINE = 'fqm-execution';

/** What one run of the engine is asked. */
export interface MeasureQuestion {
  readonly measure: Bundle;
  readonly valueSets: readonly ValueSet[];
  /** One Bundle for each person. */
  readonly people: readonly Bundle[];
  /** Days, both counted in. */
  readonly from: string;
  readonly to: string;
  /** The time that the measure takes as the present: otherwise the engine would ask the clock. */
  readonly date: string;
}

export interface EngineLimits {
  readonly seconds: number;
  readonly megabytes: number;
}

/** What the process answers. */
export type EngineAnswer = { readonly reports: readonly MeasureReport[] } | { readonly error: string };

/**
 * Where the engine is: beside Cairn, or in the folder that the command is started in. Undefined where nobody has installed it.
 */
export function findEngine(folder: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(folder, 'package.json')).href]) {
    try {
      return createRequire(from).resolve(ENGINE);
    } catch {
      // If it is not there, the next place is tried.
    }
  }
  return undefined;
}

/**
 * Runs the engine in a process of its own, and ends it where it takes too long or too much: a measure is a program of
 * somebody else's. It has no key for any terminology server, so it fetches nothing.
 *
 * @throws OptionError where the measure can't be run, with what the engine says
 */
export async function runEngine(
  engine: string,
  question: MeasureQuestion,
  { seconds, megabytes }: EngineLimits,
): Promise<readonly MeasureReport[]> {
  const module = fileURLToPath(new URL(`./engine-process${extname(import.meta.url)}`, import.meta.url));
  const answer = await new Promise<EngineAnswer>((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, `--max-old-space-size=${megabytes}`, module, engine], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: seconds * 1000,
      killSignal: 'SIGKILL',
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    // The process may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.on('close', (_, signal) => {
      const text = Buffer.concat(parts).toString('utf8');
      if (text.startsWith('{') && text.endsWith('}\n')) resolve(JSON.parse(text) as EngineAnswer);
      else {
        const limit = signal === 'SIGKILL' ? `${seconds} seconds` : `${megabytes} MB`;
        resolve({ error: `it took more than ${limit}, or the engine failed` });
      }
    });
    child.stdin.end(JSON.stringify(question));
  });
  if ('error' in answer) throw new OptionError(`the measure cannot be run: ${answer.error}`);
  return answer.reports;
}

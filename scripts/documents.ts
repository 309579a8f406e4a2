import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const corpus = '../shared/corpus';

/**
 * The documents to try Cairn on: our samples and, if it is there, the corpus. `sample` takes that many,
 * spread evenly, so that every vendor has a chance; another `seed` takes others.
 */
export function documents(sample?: number, seed = 0): string[] {
  if (!existsSync(corpus)) console.log(`SKIPPED the corpus: ${corpus} is not here. Only our own samples are tried.`);
  const all = ['samples', corpus].filter((folder) => existsSync(folder)).flatMap(xmlFiles);
  if (sample === undefined || sample >= all.length) return all;
  const shift = (seed * 0.618) % 1;
  return Array.from({ length: sample }, (_, index) => all[Math.floor(((index + shift) * all.length) / sample)] ?? '');
}

function xmlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => join(folder, name));
}

/** The number behind `--sample`. */
export function sampleSize(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1) throw new Error('--sample is a number from 1');
  return size;
}

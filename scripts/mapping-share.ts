/**
 * How much of each mapping and fragment is mapping, not accounting for what is left out (`ignore`, `repeats`); fails under
 * 80 % in a file or 90 % over the set, and prints the files with the least. `npm run mappings:share`
 *
 * A file is measured without white space, so that its layout counts for nothing.
 */
import { pathToFileURL } from 'node:url';
import { packagedMappings } from '../src/convert.js';
import { readMappingFiles } from '../src/mapping/read-files.js';

/** Least shares, in per cent. */
const OF_A_FILE = 80;
const OF_THE_SET = 90;

/** Members that only say how facts are accounted for that reach no resource. */
const ACCOUNTING = ['ignore', 'repeats'];

export interface MappingShare {
  readonly path: string;
  /** Characters of the file without white space, and of these what is not mapping. */
  readonly whole: number;
  readonly accounting: number;
}

/** The share of each mapping and fragment of a folder; rules that drop statements and lists are neither. */
export function mappingShares(folder: string): MappingShare[] {
  const { mappings, fragments } = readMappingFiles(folder, []);
  return [...mappings.filter(({ value }) => 'resource' in (value as object)), ...fragments].map(({ path, value }) => {
    const source = value as Readonly<Record<string, unknown>>;
    const parts = ACCOUNTING.filter((key) => key in source).map((key) => lengthOf({ [key]: source[key] }));
    return { path, whole: lengthOf(source), accounting: parts.reduce((sum, length) => sum + length - 2, 0) };
  });
}

/** In per cent, of one file or of several. */
export function shareOf(files: readonly MappingShare[]): number {
  const sum = (of: (file: MappingShare) => number) => files.reduce((total, file) => total + of(file), 0);
  return 100 * (1 - sum(({ accounting }) => accounting) / sum(({ whole }) => whole));
}

/** A line for each share that is below its limit; empty if there is none. */
export function shortfalls(files: readonly MappingShare[]): string[] {
  const low = files.filter((file) => shareOf([file]) < OF_A_FILE);
  const whole = shareOf(files);
  return [
    ...low.map((file) => `mappings/${file.path}: ${shareOf([file]).toFixed(1)} % is mapping, less than ${OF_A_FILE} %`),
    ...(whole < OF_THE_SET ? [`of the set ${whole.toFixed(1)} % is mapping, less than ${OF_THE_SET} %`] : []),
  ];
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = mappingShares(packagedMappings).sort((one, other) => shareOf([one]) - shareOf([other]));
  for (const file of files.slice(0, 10)) console.log(`${shareOf([file]).toFixed(1).padStart(6)} %  ${file.path}`);
  console.log(`${shareOf(files).toFixed(1).padStart(6)} %  of ${files.length} mappings and fragments together`);
  const short = shortfalls(files);
  for (const line of short) console.error(line);
  if (short.length > 0) process.exitCode = 1;
}

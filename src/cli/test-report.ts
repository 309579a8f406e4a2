/** What `cairn test` prints: how each test fails, and which branches no test reaches. */
import { join } from 'node:path';
import type { Branch } from '../author/branches.js';
import type { TestFailure } from '../author/mapping-test.js';
import type { TestResult } from '../author/run-tests.js';
import { complaintsOf, place } from './complaints.js';

/** A test that fails: its name, and each mismatch. */
export function resultLines({ file, test, failures, error }: TestResult, folder: string): string[] {
  return [
    `${join(folder, file)}: ${test.name}`,
    ...failures.flatMap((failure) => failureLines(failure)),
    ...(error === undefined ? [] : complaintsOf(error, file).map((line) => `  ${line}`)),
  ];
}

function failureLines({ part, about, differences }: TestFailure): string[] {
  return [
    `  ${part}: ${about}`,
    ...differences.flatMap(({ path, expected, actual }) => [
      `    ${path === '' ? '' : `${path} `}`.trimEnd(),
      `      expected  ${expected}`,
      `      is        ${actual}`,
    ]),
  ].filter((line) => line.trim() !== '');
}

/** How many branches the tests reach. The others are listed one by one, or counted by file. */
export function branchLines(open: readonly Branch[], all: readonly Branch[], folder: string, each: boolean): string[] {
  const told = `${all.length - open.length} of ${all.length} branches are reached by a test`;
  if (open.length === 0) return [told];
  if (each) {
    return [
      told,
      ...open.map(
        ({ file, line, column, kind, pointer, text }) =>
          `  ${place(join(folder, file), line, column)}: no test reaches this ${kind === '$first' ? 'alternative' : 'condition'} (#${pointer}): ${text}`,
      ),
    ];
  }
  const byFile = grouped(open);
  return [
    told,
    ...[...byFile]
      .sort((a, b) => b[1].length - a[1].length)
      .map(([file, branches]) => `  ${branches.length} not in ${file}`),
    'cairn test --branches lists them',
  ];
}

function grouped(open: readonly Branch[]): Map<string, Branch[]> {
  const byFile = new Map<string, Branch[]>();
  for (const branch of open) byFile.set(branch.file, [...(byFile.get(branch.file) ?? []), branch]);
  return byFile;
}

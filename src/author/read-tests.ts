/** Reads the tests that stand beside mappings, with the mistakes that are in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Mistake } from '../mapping/mapping-error.js';
import { escapePointer, locate, parseMappingFile, type MappingFile } from '../mapping/mapping-file.js';
import { issueKinds } from '../xml/issue-codes.js';
import { suggestion } from '../xpath/nearest.js';
import type { MappingTest } from './mapping-test.js';
import { mistakesInTest } from './test-mistakes.js';

/** A file of tests; paths have `/` and start inside the folder of the set. */
export interface TestFile {
  readonly path: string;
  readonly tests: readonly MappingTest[];
  /** What is misspelt in it, each with its place. A test with a mistake is not run, since it could hold for that reason. */
  readonly mistakes?: readonly PlacedMistake[];
}

export interface PlacedMistake extends Mistake {
  /** Which test it is in; absent if it is about the file. */
  readonly test?: number;
}

const KEYS: readonly string[] = ['$schema', '$comment', 'tests'];

/** Every file of tests in a folder, sorted by path. */
export function readTests(folder: string): TestFile[] {
  const codes = new Set([...Object.keys(issueKinds), ...declaredCodes(folder)]);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.json'))
    .map((file) => file.split(sep).join('/'))
    .sort()
    .map((path) => {
      const mistakes: PlacedMistake[] = [];
      const file = parseMappingFile(path, readFileSync(join(folder, path), 'utf8'), mistakes);
      const { tests } = (file.value ?? {}) as { readonly tests?: unknown };
      if (Array.isArray(tests)) mistakes.push(...mistakesIn(file, tests as readonly MappingTest[], codes));
      else if (file.value !== undefined)
        mistakes.push(placed(file, '', 'a file of tests is { "tests": [{ "name", "xml", "expect" }] }', 'value'));
      return { path, tests: Array.isArray(tests) ? (tests as readonly MappingTest[]) : [], mistakes };
    });
}

function mistakesIn(file: MappingFile, tests: readonly MappingTest[], codes: ReadonlySet<string>): PlacedMistake[] {
  const oddKeys = Object.keys(file.value as object)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      const message = `a file of tests has no "${key}"${suggestion(key, KEYS)}`;
      return placed(file, `/${escapePointer(key)}`, message, 'key');
    });
  const inTests = tests.flatMap((test, index) =>
    mistakesInTest(test, codes).map(({ pointer, message, part }) => ({
      ...placed(file, `/tests/${index}${pointer}`, message, part),
      test: index,
    })),
  );
  return [...oddKeys, ...inTests];
}

function placed(file: MappingFile, pointer: string, message: string, part: 'key' | 'value'): PlacedMistake {
  return { file: file.path, ...locate(file, pointer, part), message };
}

/** The codes of issues that the set declares. */
function declaredCodes(folder: string): string[] {
  const path = join(folder, 'issues.json');
  if (!existsSync(path)) return [];
  const { codes } = (parseMappingFile('issues.json', readFileSync(path, 'utf8'), []).value ?? {}) as { codes?: object };
  return Object.keys(codes ?? {});
}

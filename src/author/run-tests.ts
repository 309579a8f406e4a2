import type { createExaminer } from '../examine.js';
import { failuresOf, type TestFailure, type MappingTest } from './mapping-test.js';
import type { TestFile } from './read-tests.js';
import { testDocument } from './test-document.js';

export interface TestResult {
  readonly file: string;
  readonly test: MappingTest;
  readonly failures: readonly TestFailure[];
  /** The error, if the document could not be converted. */
  readonly error?: unknown;
}

export interface TestRun {
  readonly results: readonly TestResult[];
  /** The rules that made a value in one of the tests: `problem-observation.json#/resource/code/$first/1`. */
  readonly reached: ReadonlySet<string>;
}

/** Runs the tests that have no mistake against a mapping set, and notes which directives made a value. */
export function runTests(files: readonly TestFile[], examine: ReturnType<typeof createExaminer>): TestRun {
  const reached = new Set<string>();
  const results = files.flatMap(({ path, tests, mistakes = [] }) =>
    tests.flatMap((test, index): TestResult | [] => {
      if (mistakes.some((mistake) => mistake.test === index)) return [];
      try {
        const { conversion, attempts } = examine(Buffer.from(testDocument(test)), test.options ?? {});
        for (const { rule, made = 0 } of attempts) if (made > 0) reached.add(rule);
        return { file: path, test, failures: failuresOf(test, conversion) };
      } catch (error) {
        return { file: path, test, failures: [], error };
      }
    }),
  );
  return { results, reached };
}

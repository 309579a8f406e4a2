import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { purposeTestFailures, readPurposeTests, type PurposeTestFile } from '../author/purpose-test.js';
import type { Converter } from '../conversion.js';
import { createConverter } from '../convert.js';
import { OptionError } from '../option-error.js';
import { loadPurposes, packagedPurposes } from '../purpose/load.js';
import type { RecordDocument } from '../record/person-record.js';
import { UsageError } from './command.js';
import { linesOf, print, type Terminal } from './terminal.js';

/**
 * Runs the tests beside purposes. Documents are files beside them, or in `samples` beside their folder.
 *
 * @returns the exit code
 */
export async function testPurposes(folder: string, json: boolean, terminal: Terminal): Promise<number> {
  const set = loadPurposes(resolve(folder) === resolve(packagedPurposes) ? {} : { purposes: [folder] });
  let files: PurposeTestFile[];
  try {
    files = readPurposeTests(folder);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new OptionError(`${folder}: a test is not JSON: ${error.message}`);
  }
  if (files.length === 0) throw new UsageError(`there is no test in ${folder}`);
  const documentOf = documentsIn(folder);
  const results = files.flatMap(({ purpose, path, tests }) =>
    tests.map((test) => {
      const failures = purposeTestFailures(set, purpose, test, documentOf);
      return { file: path, name: test.name, passed: failures.length === 0, failures };
    }),
  );
  const failed = results.filter(({ passed }) => !passed);
  if (json) await print(terminal.stdout, `${JSON.stringify({ results }, undefined, 2)}\n`);
  else {
    const lines = failed.flatMap(({ file, name, failures }) => [
      `${join(folder, file)}: ${name}`,
      ...failures.map((text) => `  ${text}`),
    ]);
    await print(
      terminal.stdout,
      linesOf([...lines, `${results.length - failed.length} passed, ${failed.length} failed`]),
    );
  }
  return failed.length === 0 ? 0 : 1;
}

function documentsIn(folder: string): (name: string) => RecordDocument {
  let converter: Converter | undefined;
  const known = new Map<string, RecordDocument>();
  return (name) => {
    let document = known.get(name);
    if (document === undefined) {
      const file = [join(folder, name), join(folder, '..', 'samples', name)].find(existsSync);
      if (file === undefined) throw new OptionError(`there is no ${name} in ${folder} or in samples beside it`);
      converter ??= createConverter();
      document = { bundle: converter.convert(readFileSync(file)).bundle, name };
      known.set(name, document);
    }
    return document;
  };
}

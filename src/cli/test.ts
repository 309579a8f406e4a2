import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { branchesOf, unreached } from '../author/branches.js';
import { readTests, type PlacedMistake, type TestFile } from '../author/read-tests.js';
import { runTests, type TestRun } from '../author/run-tests.js';
import { testDocument } from '../author/test-document.js';
import { updatedTest } from '../author/update-tests.js';
import { packagedMappings } from '../convert.js';
import { createExaminer } from '../examine.js';
import { readMappingFiles } from '../mapping/read-files.js';
import { formatJson } from '../author/format-json.js';
import { UsageError } from './command.js';
import { complaintsOf, place } from './complaints.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';
import { branchLines, resultLines } from './test-report.js';
import { changedFiles } from './watch-folder.js';

export const help = `cairn test [DIR|FILE] [--watch] [--update]

Runs the tests that stand beside mappings (x.test.json), tells how what came out differs from what they expect, and which branches
no test reaches: alternatives of $first, and what has a $when. A test that names an element, a resource, a code or a key that there
is not is refused with its place: it could hold whatever comes out. Of a file (x.test.json or x.json) only its own, of a folder inside
a set (mappings/senders/acme) only those that lie in it.

A folder named purposes (or --purposes) holds tests of purposes.

Options
  --purposes         the folder holds purposes
  --mappings DIR     the set that the FILE belongs to; else the nearest folder around it that has header/ or fragments/
  --branches         lists every branch that no test reaches; else they are counted by file
  --watch            runs again when a file of the set changes
  --update           writes what came out into the tests that fail: look at the difference before you keep it
  --json             for programs

Exit status: 0 all hold, 1 otherwise.
`;

const OPTIONS = {
  mappings: { type: 'string' },
  purposes: { type: 'boolean' },
  branches: { type: 'boolean' },
  watch: { type: 'boolean' },
  update: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Examine = ReturnType<typeof createExaminer>;

interface Asked {
  readonly folder: string;
  /** Path of a single test file inside the folder; if it ends in a slash, a folder of test files. */
  readonly only: string | undefined;
  readonly branches: boolean;
  readonly update: boolean;
  readonly json: boolean;
}

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  if (positionals.length > 1) throw new UsageError('test takes one folder or file');
  const [given] = positionals;
  if (given !== undefined && (values.purposes === true || basename(given) === 'purposes')) {
    const { testPurposes } = await import('./test-purposes.js');
    return testPurposes(given, values.json ?? false, terminal);
  }
  const asked: Asked = {
    ...whereOf(positionals[0] ?? values.mappings ?? packagedMappings, values.mappings),
    branches: values.branches ?? false,
    update: values.update ?? false,
    json: values.json ?? false,
  };
  const status = await once(asked, terminal);
  if (values.watch !== true) return status;
  for await (const changed of changedFiles(asked.folder)) {
    await print(terminal.stdout, linesOf(['', `${changed} has changed`]));
    await once(asked, terminal);
  }
  return 0;
}

/** The set, and those of its tests that the argument names. */
function whereOf(given: string, mappings: string | undefined): Pick<Asked, 'folder' | 'only'> {
  const isFolder = statSync(given).isDirectory();
  const folder = mappings ?? setAround(isFolder ? given : dirname(resolve(given))) ?? (isFolder ? given : undefined);
  if (folder === undefined) throw new UsageError(`${given} lies in no mapping set; --mappings DIR names it`);
  const path = relative(folder, given).split(sep).join('/');
  if (path === '') return { folder: given, only: undefined };
  if (isFolder) return { folder, only: `${path}/` };
  return { folder, only: path.endsWith('.test.json') ? path : path.replace(/\.json$/, '.test.json') };
}

/**
 * The nearest enclosing folder that is a mapping set. Files in `senders/` or `us-core/` change the set that encloses
 * them.
 */
function setAround(folder: string): string | undefined {
  for (let at = resolve(folder); at !== dirname(at); at = dirname(at)) {
    const isPart = ['senders', 'us-core'].some((name) => [basename(at), basename(dirname(at))].includes(name));
    if (!isPart && ['header', 'fragments', 'conceptmaps', 'senders'].some((name) => existsSync(join(at, name))))
      return at;
  }
  return undefined;
}

async function once(asked: Asked, terminal: Terminal): Promise<number> {
  const { folder, only } = asked;
  const isMeant = (path: string): boolean =>
    only === undefined || path === only || (only.endsWith('/') && path.startsWith(only));
  let examine: Examine;
  try {
    examine = createExaminer({ mappings: folder });
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, folder)));
    return 1;
  }
  const files = readTests(folder).filter(({ path }) => isMeant(path));
  if (files.length === 0) throw new UsageError(`there is no test in ${only ?? folder}`);
  const mistakes = files.flatMap((file) => file.mistakes ?? []);
  const ran = runTests(files, examine);
  const failed = ran.results.filter(({ failures, error }) => failures.length > 0 || error !== undefined);
  const updated = asked.update ? update(folder, files, failed, examine) : [];
  const set = readMappingFiles(folder, []);
  const branches = branchesOf(
    [...set.mappings, ...set.fragments].filter(({ path }) => isMeant(path.replace(/\.json$/, '.test.json'))),
  );
  const open = unreached(branches, ran.reached);
  if (asked.json) {
    const results = ran.results.map(({ file, test, failures, error }) => ({
      file,
      name: test.name,
      passed: failures.length === 0 && error === undefined,
      failures,
      ...(error === undefined ? {} : { error: complaintsOf(error, file) }),
    }));
    const answer = { mistakes, results, branches: { all: branches.length, unreached: open }, updated };
    await print(terminal.stdout, `${JSON.stringify(answer, undefined, 2)}\n`);
  } else {
    const lines = [
      ...mistakes.map(({ file, line, column, message }) => `${place(join(folder, file), line, column)}: ${message}`),
      ...failed.flatMap((result) => resultLines(result, folder)),
      ...updated.map((file) => `${join(folder, file)} is updated; look at the difference before you keep it`),
      `${ran.results.length - failed.length} tests hold, ${failed.length} do not${notRun(mistakes)}`,
      ...branchLines(open, branches, folder, asked.branches || only !== undefined),
    ];
    await print(terminal.stdout, linesOf(lines));
  }
  return failed.length === 0 && mistakes.length === 0 ? 0 : 1;
}

function notRun(mistakes: readonly PlacedMistake[]): string {
  const tests = new Set(mistakes.map(({ file, test }) => `${file} ${test ?? ''}`));
  return mistakes.length === 0 ? '' : `, ${tests.size} could not fail or not be read`;
}

/**
 * Writes the actual result into each test that fails, unless its document could not be converted. Returns the changed
 * files.
 */
function update(folder: string, files: readonly TestFile[], failed: TestRun['results'], examine: Examine): string[] {
  const mended = failed.filter(({ error }) => error === undefined);
  const changed = new Set(mended.map(({ file }) => file));
  for (const { path } of files.filter((file) => changed.has(file.path))) {
    const full = join(folder, path);
    const source = JSON.parse(readFileSync(full, 'utf8')) as { tests: TestFile['tests'] };
    const tests = source.tests.map((test) => {
      if (!mended.some((one) => one.file === path && one.test.name === test.name)) return test;
      return updatedTest(test, examine(Buffer.from(testDocument(test)), test.options ?? {}).conversion);
    });
    writeFileSync(full, formatJson({ ...source, tests }));
  }
  return [...changed];
}

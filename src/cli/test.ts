import { readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { branchesOf, unreached, type Branch } from '../author/branches.js';
import { readTests, type Failure, type TestFile } from '../author/mapping-test.js';
import { runTests, type TestRun } from '../author/run-tests.js';
import { documentOf } from '../author/test-document.js';
import { updatedTest } from '../author/update-tests.js';
import { createExaminer, packagedMappings } from '../convert.js';
import { readMappingFiles } from '../mapping/read-files.js';
import { formatJson } from '../author/format-json.js';
import { UsageError } from './command.js';
import { complaintsOf, place } from './complaints.js';
import { readOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn test [DIR|FILE] [--watch] [--update]

Runs the tests that stand beside mappings (x.test.json), tells how what came out differs from what they expect, and which branches
no test reaches: alternatives of $first, and what has a $when. Of a file (x.test.json or x.json) only its own.

A folder named purposes (or --purposes) holds tests of purposes.

Options
  --purposes         the folder holds purposes
  --mappings DIR     the set that the FILE belongs to; else the folder around it that has header/ or fragments/
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

interface Asked {
  readonly folder: string;
  /** Path of the one file of tests inside the folder. */
  readonly only: string | undefined;
  readonly branches: boolean;
  readonly update: boolean;
  readonly json: boolean;
}

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, OPTIONS);
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
  for await (const changed of changes(asked.folder)) {
    await print(terminal.stdout, linesOf(['', `${changed} has changed`]));
    await once(asked, terminal);
  }
  return 0;
}

/** The set, and the tests of it that are meant. */
function whereOf(given: string, mappings: string | undefined): Pick<Asked, 'folder' | 'only'> {
  if (statSync(given).isDirectory()) return { folder: given, only: undefined };
  const folder = mappings ?? setAround(given);
  if (folder === undefined) throw new UsageError(`${given} lies in no mapping set; --mappings DIR names it`);
  const path = relative(folder, given).split(sep).join('/');
  return { folder, only: path.endsWith('.test.json') ? path : path.replace(/\.json$/, '.test.json') };
}

/** The nearest folder around a file that is a mapping set: one with a header. */
function setAround(file: string): string | undefined {
  for (let at = dirname(resolve(file)); at !== dirname(at); at = dirname(at)) {
    for (const name of ['header', 'fragments', 'conceptmaps']) {
      try {
        if (statSync(join(at, name)).isDirectory()) return at;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

async function once(asked: Asked, terminal: Terminal): Promise<number> {
  const { folder, only } = asked;
  let ran: TestRun;
  let files: TestFile[];
  const examine = (() => {
    try {
      return createExaminer({ mappings: folder });
    } catch (error) {
      return error;
    }
  })();
  if (typeof examine !== 'function') {
    await print(terminal.stderr, linesOf(complaintsOf(examine, folder)));
    return 1;
  }
  try {
    files = readTests(folder).filter(({ path }) => only === undefined || path === only);
    if (files.length === 0) throw new UsageError(`there is no test in ${only ?? folder}`);
    ran = runTests(files, examine as ReturnType<typeof createExaminer>);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof SyntaxError)) throw error;
    await print(terminal.stderr, linesOf([`${folder}: a test is not JSON: ${error.message}`]));
    return 1;
  }
  const failed = ran.results.filter(({ failures, error }) => failures.length > 0 || error !== undefined);
  const updated = asked.update ? update(folder, files, failed, examine as ReturnType<typeof createExaminer>) : [];
  const set = readMappingFiles(folder, []);
  const own = [...set.mappings, ...set.fragments].filter(
    ({ path }) => only === undefined || path === only.replace(/\.test\.json$/, '.json'),
  );
  const branches = branchesOf(own);
  const open = unreached(branches, ran.reached);
  if (asked.json) {
    const results = ran.results.map(({ file, test, failures, error }) => ({
      file,
      name: test.name,
      passed: failures.length === 0 && error === undefined,
      failures,
      ...(error === undefined ? {} : { error: complaintsOf(error, file) }),
    }));
    const answer = { results, branches: { all: branches.length, unreached: open }, updated };
    await print(terminal.stdout, `${JSON.stringify(answer, undefined, 2)}\n`);
    return failed.length === 0 ? 0 : 1;
  }
  await print(
    terminal.stdout,
    linesOf([
      ...failed.flatMap(({ file, test, failures, error }) => [
        `${join(folder, file)}: ${test.name}`,
        ...failures.flatMap((failure) => failureLines(failure)),
        ...(error === undefined ? [] : complaintsOf(error, file).map((line) => `  ${line}`)),
      ]),
      ...updated.map((file) => `${join(folder, file)} is updated; look at the difference before you keep it`),
      `${ran.results.length - failed.length} tests hold, ${failed.length} do not`,
      ...branchLines(open, branches, folder, asked.branches || only !== undefined),
    ]),
  );
  return failed.length === 0 ? 0 : 1;
}

function failureLines({ part, about, differences }: Failure): string[] {
  return [
    `  ${part}: ${about}`,
    ...differences.flatMap(({ path, expected, actual }) => [
      `    ${path === '' ? '' : `${path} `}`.trimEnd(),
      `      expected  ${expected}`,
      `      is        ${actual}`,
    ]),
  ].filter((line) => line.trim() !== '');
}

function branchLines(open: readonly Branch[], all: readonly Branch[], folder: string, each: boolean): string[] {
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

/** Writes what came out into the tests that fail; answers the files. */
function update(
  folder: string,
  files: readonly TestFile[],
  failed: TestRun['results'],
  examine: ReturnType<typeof createExaminer>,
): string[] {
  const changed = new Set(failed.filter(({ error }) => error === undefined).map(({ file }) => file));
  for (const { path } of files.filter((file) => changed.has(file.path))) {
    const full = join(folder, path);
    const source = JSON.parse(readFileSync(full, 'utf8')) as { tests: TestFile['tests'] };
    const tests = source.tests.map((test) => {
      const { conversion } = examine(Buffer.from(documentOf(test)), test.options ?? {});
      return failed.some((one) => one.file === path && one.test.name === test.name)
        ? updatedTest(test, conversion)
        : test;
    });
    writeFileSync(full, formatJson({ ...source, tests }));
  }
  return [...changed];
}

/** The files of a folder that change, one at a time; what changes while it is told is told once. */
async function* changes(folder: string): AsyncGenerator<string> {
  let wake: (() => void) | undefined;
  let changed: string | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    if (!file?.endsWith('.json')) return;
    changed = basename(file);
    wake?.();
  });
  try {
    for (;;) {
      while (changed === undefined) await new Promise<void>((done) => (wake = done));
      // Editors write in several steps.
      await new Promise((done) => setTimeout(done, 100));
      const file = changed;
      changed = undefined;
      yield file;
    }
  } finally {
    watcher.close();
  }
}

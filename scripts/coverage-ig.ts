/**
 * How much of HL7's C-CDA on FHIR guide the mappings are proven to follow: the rows of its pages that a mapping test names
 * (`"rows": ["problems-04"]`), or that mappings/not-mapped.md leaves out with a reason (`- problems-05: reason`).
 *
 *   npm run coverage:ig -- [--strict]
 *
 * `--strict` fails if a row is in neither.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const rowsFile = '../shared/ig/ig-rows.json';
const leftOutFile = 'mappings/not-mapped.md';

interface Row {
  readonly id: string;
  readonly page: string;
  readonly cdaPath: string;
  readonly fhirResource: string;
  readonly fhirPath: string;
}

const { values } = parseArgs({ options: { strict: { type: 'boolean' } } });
if (existsSync(rowsFile)) report(pageRows(), provenRows(), leftOutRows());
else console.log(`SKIPPED the guide's coverage: ${rowsFile} is not here.`);

function report(rows: readonly Row[], proven: ReadonlySet<string>, leftOut: ReadonlySet<string>): void {
  const open = rows.filter(({ id }) => !proven.has(id) && !leftOut.has(id));
  console.log('  proven  left out  open  page');
  for (const page of new Set(rows.map((row) => row.page))) {
    line(
      page,
      rows.filter((row) => row.page === page),
    );
  }
  line('all', rows);
  for (const row of open) {
    console.log(`${row.id}: ${row.cdaPath} -> ${row.fhirResource}.${row.fhirPath}`.replace(/\s+/g, ' '));
  }
  const known = new Set(rows.map(({ id }) => id));
  const unknown = [...proven, ...leftOut].filter((id) => !known.has(id));
  for (const id of unknown) console.log(`${id} is named, but is not a row of the guide's pages`);
  console.log(`${String(rows.filter(({ id }) => proven.has(id)).length)} of ${String(rows.length)} rows proven`);
  if (values.strict && open.length + unknown.length > 0) process.exitCode = 1;

  function line(page: string, some: readonly Row[]): void {
    const count = (matches: (row: Row) => boolean, width: number): string =>
      String(some.filter(matches).length).padStart(width);
    console.log(
      count(({ id }) => proven.has(id), 8) +
        count(({ id }) => leftOut.has(id) && !proven.has(id), 10) +
        count((row) => open.includes(row), 6) +
        `  ${page}`,
    );
  }
}

/** The guide also has its tables as CSV files, which repeat its pages. */
function pageRows(): Row[] {
  return (JSON.parse(readFileSync(rowsFile, 'utf8')) as Row[]).filter(({ page }) => !page.startsWith('csv:'));
}

function provenRows(): Set<string> {
  const tests = readdirSync('mappings', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.json'),
  );
  return new Set(tests.flatMap((name) => [...rowsIn(JSON.parse(readFileSync(join('mappings', name), 'utf8')))]));
}

/** Every `rows` in a test file, in any form of test case. */
function* rowsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (key === 'rows' && Array.isArray(item)) yield* item.filter((row) => typeof row === 'string');
    else yield* rowsIn(item);
  }
}

function leftOutRows(): Set<string> {
  if (!existsSync(leftOutFile)) return new Set();
  const lines = readFileSync(leftOutFile, 'utf8').matchAll(/^- ([\w-]+): +\S/gm);
  return new Set(Array.from(lines, (line) => line[1] ?? ''));
}

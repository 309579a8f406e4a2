import { writeJson } from '../bundle/write-json.js';
import { readCategoryTables } from '../category/category-table.js';
import { OptionError } from '../option-error.js';
import { packagedCategories } from '../purpose/load.js';
import { buildRecords } from '../record/build-records.js';
import { changes, recordBefore } from '../record/changes.js';
import { changesParameters } from '../record/record-bundle.js';
import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { DOCUMENT_OPTIONS, readRecordDocuments } from './record-documents.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn changes FILE|DIR... --since INSTANT
cairn changes FILE|DIR... --before FILE|DIR...

Tells what the documents say that those before did not: new (and whether it also began since), status changed, ended, value
changed, conflict, withdrawn; and which categories of a table were gained, lost or moved. What a later document is silent
about is no change. Prints a FHIR Parameters resource.

Options
  --since INSTANT      the documents that arrived (else: were written) until then are those before
  --before FILE|DIR    a document before; may be repeated
  --table NAME         table of categories (CMS-HCC-V28); may be repeated
  --received INSTANT, --manifest FILE, --mappings DIR, --terms FILE, --pretty   as cairn record

Exit status: 0 all documents could be read, 1 otherwise.
`;

const OPTIONS = {
  since: { type: 'string' },
  before: { type: 'string', multiple: true },
  table: { type: 'string', multiple: true },
  categories: { type: 'string', multiple: true },
  ...DOCUMENT_OPTIONS,
} as const;

export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  if ((values.since === undefined) === (values.before === undefined)) {
    throw new UsageError('changes needs --since INSTANT, or --before with the documents before');
  }
  const known = readCategoryTables([packagedCategories, ...(values.categories ?? [])]);
  const tables = (values.table ?? ['CMS-HCC-V28']).map((name) => {
    const table = known.get(name);
    if (table === undefined)
      throw new OptionError(`there is no table of categories ${name}: ${known.names.join(', ')}`);
    return table;
  });
  const later = await readRecordDocuments(positionals, values, terminal, modules);
  const earlier =
    values.before === undefined
      ? { documents: [], failed: 0 }
      : await readRecordDocuments(values.before, values, terminal, modules);
  const records = buildRecords([...earlier.documents, ...later.documents]);
  if (records.length > 1)
    throw new OptionError(`the documents are about ${records.length} people (cairn record tells why)`);
  const [after] = records;
  if (after === undefined) return 1;
  const before = values.since === undefined ? buildRecords(earlier.documents)[0] : recordBefore(after, values.since);
  const found = changes(before, after, { tables, ...(values.since === undefined ? {} : { from: values.since }) });
  await print(terminal.stdout, `${writeJson(changesParameters(found, after), values.pretty ?? false)}\n`);
  return later.failed + earlier.failed === 0 ? 0 : 1;
}

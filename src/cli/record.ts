import { writeJson } from '../bundle/write-json.js';
import { buildRecords } from '../record/build-records.js';
import { recordBundle } from '../record/record-bundle.js';
import { readCommandOptions } from './read-options.js';
import { DOCUMENT_OPTIONS, readRecordDocuments } from './record-documents.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn record FILE|DIR...

Joins documents into one record for each person, and prints a FHIR Bundle (collection) a line: every fact once with all of
its Provenances, why documents are taken for one person's (Linkage), what documents say differently (List "conflicts"), and
what a replaced document alone has said (List "withdrawn"). Patients are linked, never merged.

Options
  --received INSTANT, --manifest FILE   when documents arrived, and from whom: { "note.xml": { "received": "…", "sender": "…" } }
  --mappings DIR                        another mapping set
  --terms FILE                          a term pack (docs/terms.md)
  --pretty                              indented output

Exit status: 0 all documents could be read, 1 otherwise.
`;

export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, DOCUMENT_OPTIONS);
  const { documents, failed } = await readRecordDocuments(positionals, values, terminal, modules);
  for (const record of buildRecords(documents)) {
    await print(terminal.stdout, `${writeJson(recordBundle(record), values.pretty ?? false)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

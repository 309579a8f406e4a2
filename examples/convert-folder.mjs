// Converts every document of a folder and writes a Bundle for each: node examples/convert-folder.mjs samples out
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConverter, DocumentError, writeJson } from 'cairn';

const [from = 'samples', to] = process.argv.slice(2);

// Loads and checks the mappings once, not for each document.
const converter = createConverter();

for (const name of readdirSync(from).filter((file) => file.endsWith('.xml'))) {
  try {
    const { bundle, ledger, issues } = converter.convert(readFileSync(join(from, name)));
    if (to !== undefined) {
      mkdirSync(to, { recursive: true });
      writeFileSync(join(to, name.replace(/\.xml$/, '.json')), writeJson(bundle));
    }
    const { mapped, unmapped } = ledger.totals;
    console.log(
      `${name}: ${bundle.entry.length} entries, ${mapped} facts mapped, ${unmapped} not, ${issues.length} issues`,
    );
  } catch (error) {
    // Not XML, or not CDA: the message has line and column, and no data of the patient.
    if (!(error instanceof DocumentError)) throw error;
    console.log(`${name}: ${error.message}`);
  }
}

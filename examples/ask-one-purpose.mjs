// Joins the documents of a person and asks a payer's question:
// node examples/ask-one-purpose.mjs quality-blood-pressure 2020-01-01 2026-12-31 samples/visit-summary.xml samples/discharge-summary.xml
import { readFileSync } from 'node:fs';
import { answerPurpose, buildRecords, createConverter, loadPurposes } from 'cairn';

const [purpose = 'quality-blood-pressure', from = '2020-01-01', to = '2026-12-31', ...files] = process.argv.slice(2);
const documents = files.length > 0 ? files : ['samples/visit-summary.xml', 'samples/discharge-summary.xml'];

const converter = createConverter();
const purposes = loadPurposes();

// One record for each person that the documents are about.
const records = buildRecords(documents.map((name) => ({ name, bundle: converter.convert(readFileSync(name)).bundle })));

for (const record of records) {
  const { items } = answerPurpose(purposes, purpose, record, { from, to });
  console.log(`a person in ${record.documents.size} documents`);
  for (const { item, found, turnedAway, missing } of items) {
    console.log(
      `  ${item.id}: ${found.length} found, ${turnedAway.length} not accepted${missing ? `; ${missing.reason}` : ''}`,
    );
  }
}

// Where a value came from: node examples/explain-value.mjs samples/visit-summary.xml Condition onsetDateTime
import { readFileSync } from 'node:fs';
import { createConverter } from 'cairn';

const [file = 'samples/visit-summary.xml', type = 'Condition', element = 'onsetDateTime'] = process.argv.slice(2);

const { trace } = createConverter().convert(readFileSync(file), { trace: true });

for (const { target, file: mapping, rule, sources } of trace) {
  // `Condition/7c1d…-….onsetDateTime`
  if (!target.startsWith(`${type}/`) || !target.includes(`.${element}`)) continue;
  console.log(target);
  for (const { line, column, source } of sources) console.log(`  from line ${line}, column ${column}: ${source}`);
  console.log(`  by ${mapping}#${rule}`);
}

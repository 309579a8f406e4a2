/**
 * `npm run fuzz -- --mutants 100000 [--seed 1] [--from 0] [--keep DIR]`
 *
 * Converts mutants of the samples and, if it is there, of the corpus. Each mutant must become the same valid Bundle twice, or
 * be refused in time with one of Cairn's errors. A number and the seed make the same mutant again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConverter } from '../src/index.js';
import { fuzz } from '../test/hostile/fuzz.js';
import { originals } from '../test/hostile/originals.js';

const { values } = parseArgs({
  options: {
    mutants: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '1000' },
    keep: { type: 'string' },
  },
});
const started = performance.now();
const documents = originals();
console.log(`${documents.length} documents to change`);
if (documents.length <= 5) console.log('the corpus is not there: the samples alone');
const until = started + Number(values.minutes) * 60_000;
let done = 0;
let failed = 0;
const outcomes = new Map<string, number>();
for (const { number, name, outcome, faults, bytes } of fuzz(createConverter(), documents, {
  seed: Number(values.seed),
  from: Number(values.from),
  mutants: Number(values.mutants),
})) {
  done++;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (faults.length > 0) {
    failed++;
    console.log(`mutant ${number} of ${name}: ${faults.join('; ')}`);
    if (values.keep !== undefined) {
      mkdirSync(values.keep, { recursive: true });
      writeFileSync(join(values.keep, `${number}.xml`), bytes);
    }
  }
  if (done % 5000 === 0)
    console.log(`${done} mutants, ${failed} failed, ${Math.round((performance.now() - started) / 1000)} s`);
  if (performance.now() > until) break;
}
console.log(
  `${done} mutants, ${failed} failed: ${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`,
);
process.exitCode = failed === 0 ? 0 : 1;

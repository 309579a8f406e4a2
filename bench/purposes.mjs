/**
 * The time that purposes, records and changes take, with the targets.
 *
 *   node purposes.mjs [--rounds 5]
 *
 * Times are processor times, the least of the rounds, so that other programs matter less. Conversions don't count.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documents } from './documents.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const { answerPurpose, buildRecords, changes, createConverter, loadPurposes } = await import('../dist/index.js');

const started = performance.now();
const set = loadPurposes();
row('load all purposes', performance.now() - started, 250);

const converter = createConverter();
const bundles = documents().flatMap(({ bytes }) => {
  try {
    return [converter.convert(bytes).bundle];
  } catch {
    // A refused document cannot be used.
    return [];
  }
});
const parameters = { from: '2012-01-01', to: '2023-12-31' };
for (const purpose of ['care-coordination', 'risk-profile', 'quality-kidney-health']) {
  const times = bundles.map((bundle) => least(() => answerPurpose(set, purpose, recordOf(bundle), parameters)));
  times.sort((a, b) => a - b);
  row(`${purpose} over one of ${times.length} documents, 95th percentile`, times[Math.floor(times.length * 0.95)], 10);
}

const sample = readFileSync(fileURLToPath(new URL('../samples/discharge-summary.xml', import.meta.url)));
const { bundle: one } = converter.convert(sample);
const hundred = Array.from({ length: 100 }, (_, index) => ({ bundle: copyOf(one, index) }));
const [record] = buildRecords(hundred);
const [before] = buildRecords(hundred.slice(0, 99));
row(
  `union of 100 documents, ${record.resources.length} resources`,
  least(() => buildRecords(hundred)),
  500,
);
row(
  'risk-profile over that record',
  least(() => answerPurpose(set, 'risk-profile', record, { from: '2023-01-01', to: '2023-12-31' })),
  150,
);
row(
  'changes of two such records',
  least(() => changes(before, record)),
  700,
);

function recordOf(bundle) {
  return buildRecords([{ bundle }])[0];
}

/** Half of the facts known from the documents before, half of them new: another document of the same patient. */
function copyOf(bundle, number) {
  const fresh = bundle.entry
    .map(({ resource }) => resource)
    .filter(
      ({ resourceType }, index) => /^(DocumentReference|Provenance)$/.test(resourceType) || index % 2 === number % 2,
    )
    .filter(({ resourceType }) => !/^(Patient|Organization|Practitioner|Location|Device)/.test(resourceType));
  const renamed = new Map(fresh.map(({ id }) => [id, `${number.toString(16).padStart(8, '0')}${id.slice(8)}`]));
  const text = JSON.stringify(bundle).replace(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
    (id) => renamed.get(id) ?? id,
  );
  return JSON.parse(text);
}

/** Milliseconds of the processor. */
function least(action) {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

function row(name, milliseconds, aim) {
  console.log(`${name}\t${milliseconds.toFixed(1)} ms\t(aim ${aim} ms)`);
}

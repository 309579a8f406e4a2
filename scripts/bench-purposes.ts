/**
 * How long purposes, records and changes take, against the targets of the design.
 *
 *   npx tsx scripts/bench-purposes.ts
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { createConverter } from '../src/convert.js';
import { answerPurpose } from '../src/purpose/answer-purpose.js';
import { loadPurposes } from '../src/purpose/load.js';
import { buildRecords } from '../src/record/build-records.js';
import { changes } from '../src/record/changes.js';
import type { RecordDocument } from '../src/record/person-record.js';

const sample = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../samples/${name}.xml`, import.meta.url)));

const started = performance.now();
const set = loadPurposes();
row('load all purposes', [performance.now() - started], 250);

const converter = createConverter();
const one = { bundle: converter.convert(sample('discharge-summary')).bundle };
const parameters = { from: '2023-01-01', to: '2023-12-31' };
for (const purpose of ['care-coordination', 'risk-profile', 'quality-kidney-health']) {
  const times = measured(60, () => answerPurpose(set, purpose, buildRecords([one])[0]!, parameters));
  row(`${purpose} over one document (95th percentile)`, times, 10, 0.95);
}

const documents = Array.from({ length: 100 }, (_, index) => copyOf(one.bundle, index));
const [record] = buildRecords(documents);
row(
  `union of 100 documents, ${record!.resources.length} resources`,
  measured(5, () => buildRecords(documents)),
  500,
);
row(
  'risk-profile over that record',
  measured(5, () => answerPurpose(set, 'risk-profile', record!, parameters)),
  150,
);
const [before] = buildRecords(documents.slice(0, 99));
row(
  'changes of two such',
  measured(5, () => changes(before, record!)),
  700,
);

/** The same patient, half of the facts known from before and half of them new, as another document of his. */
function copyOf(bundle: Bundle, number: number): RecordDocument {
  const resources = bundle.entry!.map(({ resource }) => resource as FhirResource);
  const fresh = resources.filter(
    ({ resourceType }, index) =>
      resourceType === 'DocumentReference' || resourceType === 'Provenance' || index % 2 === number % 2,
  );
  const renamed = new Map(
    fresh
      .filter(({ resourceType }) => !/^(Patient|Organization|Practitioner|Location|Device)/.test(resourceType))
      .map(({ id = '' }) => [id, `${number.toString(16).padStart(8, '0')}${id.slice(8)}`]),
  );
  const text = JSON.stringify(bundle).replace(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
    (id) => renamed.get(id) ?? id,
  );
  return { bundle: JSON.parse(text) as Bundle };
}

function measured(times: number, action: () => unknown): number[] {
  for (let warm = 0; warm < 3; warm++) action();
  return Array.from({ length: times }, () => {
    // The processor's time: other programs on the machine don't count.
    const start = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
}

function row(name: string, times: readonly number[], target: number, at = 0.5): void {
  const time = times[Math.min(times.length - 1, Math.floor(times.length * at))]!;
  process.stdout.write(`${name}\t${time.toFixed(1)} ms\ttarget ${target} ms\n`);
}

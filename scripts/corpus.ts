/**
 * Converts every document in every Bundle type, twice, and checks what Cairn promises about the result (scripts/invariants.ts):
 *
 *   npm run corpus -- [--sample N]
 *
 * The second time uses another converter, another order and another time zone of the machine: nothing may be left over
 * from the document before, and nothing may depend on the machine. The last documents are examples of kinds that are not
 * in the corpus (scripts/kinds.ts).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeJson } from '../src/bundle/write-json.js';
import { writeXml } from '../src/bundle/write-xml.js';
import type { BundleType, Conversion } from '../src/conversion.js';
import { createConverter } from '../src/convert.js';
import { DocumentError } from '../src/xml/document-error.js';
import { countOf } from '../src/xml/issue-groups.js';
import { documents, sampleSize } from './documents.js';
import { violations } from './invariants.js';
import { checkKinds } from './kinds.js';

const bundleTypes: readonly BundleType[] = ['transaction', 'document', 'collection'];
const { values } = parseArgs({ options: { sample: { type: 'string' } } });
const files = documents(sampleSize(values.sample));
const runs = files.flatMap((file) => bundleTypes.map((bundle) => ({ file, bundle })));

const failed = new Map<string, string>();
const broken = new Map<string, { count: number; example: string }>();
const resources = new Map<string, number>();
const warnings = new Map<string, number>();
const unmapped = new Map<string, number>();
const facts = new Map<string, number>();
const hashes = new Map<string, string>();

const first = createConverter({});
for (const run of runs) {
  try {
    const conversion = first.convert(readFileSync(run.file), { bundle: run.bundle });
    for (const violation of violations(conversion)) report(violation, run.file);
    hashes.set(keyOf(run), hashOf(conversion));
    // Resources and facts must be the same in all three Bundle types. Writing them as XML shows that FHIR has each
    // element.
    if (run.bundle === 'transaction') {
      countUp(conversion);
      writeXml(conversion.bundle);
    }
  } catch (error) {
    if (error instanceof DocumentError) failed.set(run.file, error.message);
    else report(`internal error: ${String(error)}`, run.file);
  }
}

process.env.TZ = 'Asia/Kolkata';
const second = createConverter({});
for (const run of runs.toReversed()) {
  const hash = hashes.get(keyOf(run));
  if (hash === undefined) continue;
  if (hashOf(second.convert(readFileSync(run.file), { bundle: run.bundle })) !== hash) {
    report('the second conversion differs from the first', run.file);
  }
}

console.log(`${String(files.length - failed.size)} of ${String(files.length)} documents converted`);
for (const [file, message] of failed) console.log(`  ${file}: ${message}`);
table('Resources', resources);
table('Facts', facts);
table('Warnings', warnings);
table('Unmapped, most frequent', unmapped, 20);
for (const violation of checkKinds(first)) report(violation, 'scripts/kinds.ts');
console.log(broken.size === 0 ? 'Every promise was kept.' : 'Promises broken:');
for (const [violation, { count, example }] of broken)
  console.log(`${String(count).padStart(8)}  ${violation}, e.g. ${example}`);
process.exitCode = broken.size === 0 && files.length > failed.size ? 0 : 1;

function keyOf({ file, bundle }: { file: string; bundle: BundleType }): string {
  return `${bundle} ${file}`;
}

function hashOf({ bundle }: Conversion): string {
  return createHash('sha256').update(writeJson(bundle)).digest('hex');
}

function countUp({ bundle, ledger, issues }: Conversion): void {
  for (const { resource } of bundle.entry ?? []) add(resources, resource?.resourceType ?? 'none');
  for (const [status, count] of Object.entries(ledger.totals)) add(facts, status, count);
  for (const issue of issues) add(warnings, issue.code, countOf(issue));
  for (const { status, path } of ledger.items) if (status === 'unmapped') add(unmapped, path.replace(/\[\d+\]/g, ''));
}

function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function report(violation: string, example: string): void {
  const known = broken.get(violation);
  if (known === undefined) broken.set(violation, { count: 1, example });
  else known.count++;
}

function table(title: string, counts: Map<string, number>, rows = Infinity): void {
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  console.log(`\n${title}`);
  for (const [name, count] of sorted.slice(0, rows)) console.log(`${String(count).padStart(8)}  ${name}`);
  if (sorted.length > rows) console.log(`          and ${String(sorted.length - rows)} kinds more`);
}

/**
 * Changes how documents are built, but not what they say (scripts/perturbations.ts), and compares the results:
 *
 *   npm run perturb -- [--sample N] [--seed N] [--kind TEXT] [--show]
 *
 * For each kind of change: the share of unmapped facts before and after, and the clinical resources that are gone or
 * new. `--show` lists the places that are unmapped most often.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Conversion } from '../src/conversion.js';
import { createConverter } from '../src/convert.js';
import { documents, sampleSize } from './documents.js';
import { perturbations, perturbed, type Perturbation } from './perturbations.js';
import { seeded } from '../test/seeded.js';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string' },
    show: { type: 'boolean' },
  },
});
const converter = createConverter();
const seed = Number(values.seed ?? 0);
const originals = documents(sampleSize(values.sample), seed).flatMap((file) => {
  const xml = readFileSync(file, 'utf8');
  const conversion = converted(xml);
  return conversion === undefined ? [] : [{ file, xml, conversion }];
});
const before = shareOf(originals.map(({ conversion }) => conversion));
console.log(`${String(originals.length)} documents as they are: ${percent(before)} of facts unmapped`);
for (const kind of Object.keys(perturbations) as Perturbation[]) {
  if (values.kind !== undefined && !kind.includes(values.kind)) continue;
  const after: Conversion[] = [];
  const gone = new Map<string, number>();
  const added = new Map<string, number>();
  const places = new Map<string, number>();
  for (const { file, xml, conversion } of originals) {
    let other: Conversion | undefined;
    try {
      other = converted(perturbed(xml, kind, seeded(file.length + seed)));
    } catch (error) {
      console.log(`  ${file}: ${String(error)}`);
    }
    if (other === undefined) continue;
    after.push(other);
    const [one, two] = [typesOf(conversion), typesOf(other)];
    for (const type of new Set([...one.keys(), ...two.keys()])) {
      const difference = (two.get(type) ?? 0) - (one.get(type) ?? 0);
      if (difference !== 0) count(difference < 0 ? gone : added, type, Math.abs(difference));
    }
    if (values.show === true)
      for (const { status, path } of other.ledger.items)
        if (status === 'unmapped') count(places, path.replace(/\[\d+\]/g, '').replace(/^.*?entry\//, ''), 1);
  }
  console.log(`\n${kind}: ${percent(shareOf(after))} unmapped`);
  console.log(`  gone: ${listed(gone)}\n  new:  ${listed(added)}`);
  for (const [path, times] of [...places].sort(([, one], [, other]) => other - one).slice(0, 60))
    console.log(`${String(times).padStart(8)}  ${path}`);
}

function converted(xml: string): Conversion | undefined {
  try {
    return converter.convert(Buffer.from(xml.replace(/^(<\?xml[^>]*?encoding=)["'][^"']*["']/, '$1"UTF-8"')));
  } catch {
    return undefined;
  }
}

/** Participants are also in the header, so only statements show what is lost or invented. */
function typesOf({ bundle }: Conversion): Map<string, number> {
  const types = new Map<string, number>();
  for (const { resource } of bundle.entry ?? []) count(types, resource?.resourceType ?? '', 1);
  for (const type of ['Provenance', 'Practitioner', 'PractitionerRole', 'Organization', 'Location']) types.delete(type);
  return types;
}

function shareOf(conversions: readonly Conversion[]): number {
  let [facts, unmapped] = [0, 0];
  for (const { ledger } of conversions) {
    facts += ledger.totals.facts;
    unmapped += ledger.totals.unmapped;
  }
  return unmapped / facts;
}

function count(counts: Map<string, number>, name: string, times: number): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}

function listed(counts: Map<string, number>): string {
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.length === 0 ? 'none' : sorted.map(([name, times]) => `${name} ${String(times)}`).join(', ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

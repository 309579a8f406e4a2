/**
 * Writes src/fhir/profile-targets/VERSION.json from US Core: for each profile the elements whose References must lead to a
 * resource of a profile, and which ones may do; and the elements that hold a state of the United States.
 *
 *   npx tsx scripts/generate-profile-targets.ts ../shared/fhir/packages/hl7.fhir.us.core-6.1.0.tgz
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StructureDefinition } from 'fhir/r4.js';

const PROFILE = 'http://hl7.org/fhir/us/core/StructureDefinition/';
const [archive] = process.argv.slice(2);
if (archive === undefined) throw new Error('Name the hl7.fhir.us.core package');

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
execFileSync('tar', ['xzf', archive, '-C', folder]);
const STATES = /us-core-usps-state|USPS-State/;
const { version } = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8')) as { version: string };
const references: Record<string, Record<string, string[]>> = {};
const states: Record<string, string[]> = {};
for (const name of readdirSync(join(folder, 'package')).sort()) {
  if (!name.startsWith('StructureDefinition-')) continue;
  const definition = JSON.parse(readFileSync(join(folder, 'package', name), 'utf8')) as StructureDefinition;
  if (definition.kind !== 'resource') continue;
  const targets: Record<string, string[]> = {};
  for (const { path, type = [], binding } of definition.snapshot?.element ?? []) {
    if (STATES.test(binding?.valueSet ?? ''))
      states[definition.url] = [...(states[definition.url] ?? []), path.slice(path.indexOf('.') + 1)];
    const profiles = type.flatMap(({ code, targetProfile = [] }) => (code === 'Reference' ? targetProfile : []));
    if (!profiles.some((profile) => profile.startsWith(PROFILE))) continue;
    const element = path.slice(path.indexOf('.') + 1);
    targets[element] = [...new Set([...(targets[element] ?? []), ...profiles])].sort();
  }
  if (Object.keys(targets).length > 0) references[definition.url] = targets;
}
writeFileSync(
  new URL(`../src/fhir/profile-targets/${version}.json`, import.meta.url),
  `${JSON.stringify({ references, states }, null, 1)}\n`,
);

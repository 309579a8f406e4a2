/**
 * Writes src/fhir/profile-targets/VERSION.json from US Core: for each profile the elements whose References must lead to a
 * resource of a profile, and which ones may do; and the elements that hold a state of the United States.
 *
 *   npx tsx scripts/generate-profile-targets.ts ../shared/fhir/packages/hl7.fhir.us.core-6.1.0.tgz
 *
 * With the package of a guide on top of it (hl7.fhir.us.ecr) both make one table, `6.1.0-ecr.json`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StructureDefinition } from 'fhir/r4.js';

const PROFILE = /^http:\/\/hl7\.org\/fhir\/us\/(core|ecr)\/StructureDefinition\//;
const ANYTHING = 'http://hl7.org/fhir/StructureDefinition/Resource';
const archives = process.argv.slice(2);
if (archives.length === 0) throw new Error('Name the hl7.fhir.us.core package, and that of a guide on top of it');

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
const STATES = /us-core-usps-state|USPS-State/;
const editions: string[] = [];
const references: Record<string, Record<string, string[]>> = {};
const states: Record<string, string[]> = {};
const definitions = archives.flatMap((archive, index) => {
  const own = join(folder, String(index));
  mkdirSync(own);
  execFileSync('tar', ['xzf', archive, '-C', own]);
  const textOf = (name: string): string => readFileSync(join(own, 'package', name), 'utf8');
  const { name: guide, version } = JSON.parse(textOf('package.json')) as { name: string; version: string };
  editions.push(guide === 'hl7.fhir.us.core' ? version : guide.slice(guide.lastIndexOf('.') + 1));
  const names = readdirSync(join(own, 'package')).filter((name) => name.startsWith('StructureDefinition-'));
  return names.sort().map((name) => JSON.parse(textOf(name)) as StructureDefinition);
});
for (const definition of definitions) {
  if (definition.kind !== 'resource') continue;
  const targets: Record<string, string[]> = {};
  // Where the element itself may refer to anything, its slices say what some of them are.
  const open = new Set<string>();
  for (const { path, type = [], binding } of definition.snapshot?.element ?? []) {
    if (STATES.test(binding?.valueSet ?? ''))
      states[definition.url] = [...(states[definition.url] ?? []), path.slice(path.indexOf('.') + 1)];
    if (type.some(({ targetProfile = [] }) => targetProfile.includes(ANYTHING))) open.add(path);
    if (open.has(path)) continue;
    const profiles = type.flatMap(({ code, targetProfile = [] }) => (code === 'Reference' ? targetProfile : []));
    if (!profiles.some((profile) => PROFILE.test(profile))) continue;
    const element = path.slice(path.indexOf('.') + 1);
    targets[element] = [...new Set([...(targets[element] ?? []), ...profiles])].sort();
  }
  if (Object.keys(targets).length > 0) references[definition.url] = targets;
}
writeFileSync(
  new URL(`../src/fhir/profile-targets/${editions.join('-')}.json`, import.meta.url),
  `${JSON.stringify({ references, states }, null, 1)}\n`,
);

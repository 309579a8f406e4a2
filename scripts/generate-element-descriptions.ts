/**
 * Writes scripts/element-descriptions.json: for each element of each type of FHIR R4 the few words that HL7 says of it, which
 * generate-schema.ts puts into mapping.schema.json for editors to show.
 *
 *   npx tsx scripts/generate-element-descriptions.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz
 */
import { writeFileSync } from 'node:fs';
import type { StructureDefinition } from 'fhir/r4.js';
import { elementsOf, isResource, resourceNames } from '../src/fhir/elements.js';
import { resourcesOf } from './fhir-package.js';

const [packagePath] = process.argv.slice(2);
if (packagePath === undefined) throw new Error('Name the hl7.fhir.r4.core package');

const words = new Map<string, string>();
for (const { snapshot, derivation, kind } of resourcesOf<StructureDefinition>(packagePath, 'StructureDefinition')) {
  // Resources and data types alone: profiles say it in words of their own.
  if (derivation === 'constraint' || kind === 'logical') continue;
  for (const { path, short } of snapshot?.element ?? [])
    if (short !== undefined) words.set(path, short.replace(/\s+/g, ' '));
}

const described = new Map<string, Readonly<Record<string, string>>>();
for (const name of [...resourceNames(), 'Element']) describe(name);
const sorted = Object.fromEntries([...described].sort(([one], [other]) => (one < other ? -1 : 1)));
const file = new URL('./element-descriptions.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);

/** The elements of a type, and those of the types that these are of; what a type itself is stands under the empty name. */
function describe(typePath: string): void {
  if (described.has(typePath)) return;
  described.set(typePath, {});
  const elements: Record<string, string> = {};
  const own = words.get(typePath);
  if (own !== undefined && (isResource(typePath) || !typePath.includes('.'))) elements[''] = own;
  for (const { name, types, path } of elementsOf(typePath)) {
    const short = words.get(`${typePath}.${name}`);
    if (short !== undefined) elements[name] = short;
    for (const type of path === undefined ? types : [path]) describe(type);
  }
  described.set(typePath, elements);
}

/**
 * Writes scripts/element-descriptions.json: for each element of each type of FHIR R4 the few words that HL7 says of it, which
 * generate-schema.ts puts into mapping.schema.json for editors to show.
 *
 *   npx tsx scripts/generate-element-descriptions.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StructureDefinition } from 'fhir/r4.js';
import { elementsOf, isResource, resourceNames } from '../src/fhir/elements.js';

const [packagePath] = process.argv.slice(2);
if (packagePath === undefined) throw new Error('Name the hl7.fhir.r4.core package');

const words = new Map<string, string>();
for (const { snapshot } of definitionsIn(packagePath))
  for (const { path, short } of snapshot?.element ?? [])
    if (short !== undefined) words.set(path, short.replace(/\s+/g, ' '));

const described = new Map<string, Readonly<Record<string, string>>>();
for (const name of [...resourceNames(), 'Element']) describe(name);
const sorted = Object.fromEntries([...described].sort(([one], [other]) => (one < other ? -1 : 1)));
const file = new URL('./element-descriptions.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(sorted, undefined, 1)}\n`);

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

/** The definitions of resources and data types in a package, profiles left aside. */
function definitionsIn(path: string): StructureDefinition[] {
  const tar = gunzipSync(readFileSync(path));
  const found: StructureDefinition[] = [];
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136).trim() || '0', 8);
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (/package\/StructureDefinition-[^/]*\.json$/.test(name)) {
      const definition = JSON.parse(tar.toString('utf8', at + 512, at + 512 + size)) as StructureDefinition;
      if (definition.derivation !== 'constraint' && definition.kind !== 'logical') found.push(definition);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

/**
 * Writes src/terminology/hl7-codes.json, the codes of HL7's own code systems, from HL7's packages:
 *
 *   npx tsx scripts/generate-hl7-codes.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz ../shared/fhir/packages/hl7.terminology.r4-7.0.1.tgz
 *
 * Of HL7 version 3 and the tables of version 2, which CDA documents name by their OIDs, and of those of FHIR that C-CDA
 * binds. A code counts if any of the packages has it: versions add codes and retire them, documents are of all years.
 */
import { writeFileSync } from 'node:fs';
import type { CodeSystem, CodeSystemConcept } from 'fhir/r4.js';
import { ABOUT_HL7, resourcesOf } from './fhir-package.js';

const HL7 = 'http://terminology.hl7.org/CodeSystem/';

/** FHIR's own with an OID in C-CDA templates: Provenance, Medication Dispense, Care Team Member Act. */
const OF_FHIR = [
  `${HL7}provenance-participant-type`,
  `${HL7}medicationdispense-status`,
  `${HL7}care-team-category`,
  `${HL7}data-absent-reason`,
  'http://hl7.org/fhir/administrative-gender',
  'http://hl7.org/fhir/CodeSystem/medicationdispense-status',
];

const codesByUri = new Map<string, Set<string>>();
const incomplete = new Set<string>();

for (const path of process.argv.slice(2)) {
  for (const system of resourcesOf<CodeSystem>(path, 'CodeSystem')) {
    const { url } = system;
    if (url === undefined || !isWanted(url)) continue;
    if (system.content !== 'complete') incomplete.add(url);
    const codes = codesByUri.get(url) ?? new Set();
    for (const code of codesOf(system.concept)) codes.add(code);
    codesByUri.set(url, codes);
  }
}

const rows = [...codesByUri]
  // A system with a code like `12 ... 16` or `99zzz or L` means others than it lists.
  .filter(([url, codes]) => !incomplete.has(url) && codes.size > 0 && ![...codes].some(isPattern))
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([url, codes]) => {
    if ([...codes].some((code) => code.includes('|'))) throw new Error(`${url} has a code with a bar in it`);
    return `${JSON.stringify(url.replace(HL7, ''))}:${JSON.stringify([...codes].sort().join('|'))}`;
  });
// One system a line: a diff of this file is then readable.
writeFileSync(new URL('../src/terminology/hl7-codes.json', import.meta.url), `{\n${rows.join(',\n')}\n}\n`);

function isWanted(url: string): boolean {
  if (OF_FHIR.includes(url)) return true;
  const name = url.startsWith(HL7) ? url.slice(HL7.length) : '';
  return /^v[23]-/.test(name) && !ABOUT_HL7.test(name);
}

function isPattern(code: string): boolean {
  return /\.\.|nnnn|zzz|<spec>| and higher/.test(code);
}

function* codesOf(concepts: readonly CodeSystemConcept[] = []): Generator<string> {
  for (const { code, concept } of concepts) {
    yield code;
    yield* codesOf(concept);
  }
}

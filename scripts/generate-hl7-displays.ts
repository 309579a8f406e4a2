/**
 * Writes src/terminology/hl7-displays.json, the names of the codes of HL7's own code systems that documents give without one,
 * from HL7's packages:
 *
 *   npx tsx scripts/generate-hl7-displays.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz ../shared/fhir/packages/hl7.terminology.r4-7.0.1.tgz
 *
 * A name stands there only where all packages that have the code call it so: a validator of any version takes it.
 */
import { writeFileSync } from 'node:fs';
import type { CodeSystem, CodeSystemConcept, ValueSet } from 'fhir/r4.js';
import { resourcesOf } from './fhir-package.js';

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-';
const LANGUAGES = 'http://hl7.org/fhir/ValueSet/languages';

const SYSTEMS = new Set(
  (
    'ActCode ActMood ActPriority ActReason ActStatus AddressUse Confidentiality EntityNameUse LanguageAbilityMode ' +
    'LanguageAbilityProficiency LivingArrangement MaritalStatus NullFlavor ObservationInterpretation ObservationMethod ' +
    'ObservationValue ParticipationFunction ParticipationMode ParticipationType ReligiousAffiliation RoleClass RoleCode ' +
    'RouteOfAdministration SpecimenType TimingEvent'
  )
    .split(' ')
    .map((name) => V3 + name),
);

/** By system and code: what the packages call it. */
const names = new Map<string, Map<string, Set<string>>>();

for (const path of process.argv.slice(2)) {
  for (const resource of resourcesOf<CodeSystem | ValueSet>(path, 'CodeSystem', 'ValueSet')) {
    if (resource.resourceType === 'CodeSystem' && SYSTEMS.has(resource.url ?? ''))
      addConcepts(resource.url!, resource.concept);
    if (resource.resourceType === 'ValueSet' && resource.url === LANGUAGES)
      for (const { system = '', concept } of resource.compose?.include ?? []) addConcepts(system, concept);
  }
}

const rows = [...names]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([system, codes]) => {
    const agreed = [...codes].flatMap(([code, displays]) =>
      displays.size === 1 ? [[code, ...displays] as const] : [],
    );
    return `${JSON.stringify(system)}:${JSON.stringify(Object.fromEntries(agreed.sort(([one], [other]) => (one < other ? -1 : 1))))}`;
  });
// One system a line: a diff of this file is then readable.
writeFileSync(new URL('../src/terminology/hl7-displays.json', import.meta.url), `{\n${rows.join(',\n')}\n}\n`);

function addConcepts(system: string, concepts: readonly CodeSystemConcept[] = []): void {
  const codes = names.get(system) ?? new Map<string, Set<string>>();
  names.set(system, codes);
  for (const { code, display, concept } of concepts) {
    // A name that only repeats the code is no name.
    if (display !== undefined && display !== code) codes.set(code, (codes.get(code) ?? new Set()).add(display.trim()));
    addConcepts(system, concept);
  }
}

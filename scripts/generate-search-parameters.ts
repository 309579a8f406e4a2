/**
 * Writes src/search/search-parameters.json from FHIR's own SearchParameters: for each resource type and parameter its
 * type, the elements that its expression names (with the types that they have), and what a reference may lead to.
 *
 *   npx tsx scripts/generate-search-parameters.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz
 *
 * The expressions of R4 are a small part of FHIRPath: paths, `as(Type)`, `where(resolve() is Type)` and
 * `where(system='phone')`. What is more than that (extensions, `exists()`), and composite and special parameters, is left
 * out, so that a purpose that asks for it is refused when it is loaded.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchParameter } from 'fhir/r4.js';
import { elementOf, elementsOf, isResource } from '../src/fhir/elements.js';

/** What mappings make, and what callers hand over besides: tasks and appointments. */
const TYPES =
  `Account AllergyIntolerance Appointment CarePlan CareTeam Communication Composition Condition Consent Coverage Device
  DeviceRequest DeviceUseStatement DiagnosticReport DocumentReference Encounter FamilyMemberHistory Goal ImagingStudy Immunization
  Location Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation Organization Patient
  Practitioner PractitionerRole Procedure Provenance QuestionnaireResponse RelatedPerson ServiceRequest Specimen Task`.split(
    /\s+/,
  );

/** The types that a kind of parameter can look at (FHIR R4 3.1.1.4). */
const LOOKS_AT: Readonly<Record<string, readonly string[]>> = {
  token: ['Coding', 'CodeableConcept', 'Identifier', 'ContactPoint', 'code', 'boolean', 'string', 'uri', 'id'],
  date: ['date', 'dateTime', 'instant', 'Period', 'Timing'],
  quantity: ['Quantity', 'Age', 'Duration', 'Money', 'Range', 'SimpleQuantity'],
  reference: ['Reference', 'canonical', 'uri'],
  string: ['string', 'HumanName', 'Address', 'markdown', 'CodeableConcept'],
  uri: ['uri', 'url', 'canonical', 'oid', 'uuid'],
  number: ['decimal', 'integer', 'positiveInt', 'unsignedInt'],
};

interface Parameter {
  type: string;
  paths: string[];
  targets?: string[];
}

const [archive] = process.argv.slice(2);
if (archive === undefined) throw new Error('Name the hl7.fhir.r4.core package');
const folder = mkdtempSync(join(tmpdir(), 'search-'));
execFileSync('tar', ['xzf', archive, '-C', folder]);

const parameters: Record<string, Record<string, Parameter>> = {};
for (const name of readdirSync(join(folder, 'package')).sort()) {
  if (!name.startsWith('SearchParameter-')) continue;
  const definition = JSON.parse(readFileSync(join(folder, 'package', name), 'utf8')) as SearchParameter;
  if (definition.expression === undefined || !(definition.type in LOOKS_AT)) continue;
  for (const type of TYPES) {
    const common = /^(Domain)?Resource\./.test(definition.expression);
    const paths = definition.expression
      .split('|')
      .map((part) => part.trim())
      .flatMap((part) => reduce(part, type, definition.type));
    if (paths.length === 0) continue;
    // Absent: it may lead to any resource.
    const targets =
      (definition.target?.length ?? 0) > 100 ? undefined : definition.target?.filter((to) => TYPES.includes(to));
    (parameters[common ? 'Resource' : type] ??= {})[definition.code] = {
      type: definition.type,
      paths: [...new Set(paths)],
      ...(definition.type === 'reference' && targets !== undefined ? { targets } : {}),
    };
  }
}

/** `Condition.onset.as(Period)` is `onsetPeriod:Period`; nothing where the expression is of another type or says more. */
function reduce(expression: string, type: string, kind: string): string[] {
  const whole = /^\((.*)\)$/.exec(expression)?.[1] ?? expression;
  const found =
    /^(\w+)\.([\w.]+?)(?:\.as\((\w+)\)| as (\w+)|\.where\(resolve\(\) is (\w+)\)|\.where\(system='(\w+)'\))?$/.exec(
      whole,
    );
  if (found === null) return [];
  const [, base = '', path = '', cast, castToo, target, system] = found;
  if (base !== type && base !== 'Resource' && base !== 'DomainResource') return [];
  const wanted = cast ?? castToo;
  return ends(type, path.split('.'), '')
    .filter(([, end]) =>
      wanted === undefined ? LOOKS_AT[kind]!.includes(end) : end === wanted && LOOKS_AT[kind]!.includes(end),
    )
    .map(
      ([name, end]) =>
        `${name}${system === undefined ? '' : `[system=${system}]`}:${end}${target === undefined ? '' : `>${target}`}`,
    );
}

/** The elements that a path leads to, choices as they stand in a resource, each with its type. */
function ends(typePath: string, [first, ...rest]: string[], before: string): [string, string][] {
  const element = elementOf(typePath, first!) ?? elementOf(typePath, `${first!}[x]`);
  if (element === undefined) return [];
  const open = element.name.endsWith('[x]');
  return element.types.flatMap((type): [string, string][] => {
    const name = open ? element.name.slice(0, -3) + type[0]!.toUpperCase() + type.slice(1) : element.name;
    const here = before === '' ? name : `${before}.${name}`;
    if (rest.length === 0) return [[here, type]];
    return ends(element.path ?? type, rest, here);
  });
}

for (const type of TYPES) if (!isResource(type) || elementsOf(type).length === 0) throw new Error(type);
const lines = Object.entries(parameters)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([type, own]) => {
    const sorted = Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
    return `${JSON.stringify(type)}: ${JSON.stringify(sorted)}`;
  });
writeFileSync(new URL('../src/search/search-parameters.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);

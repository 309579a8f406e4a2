/**
 * Writes src/fhir/r4.json, the table of FHIR R4 that mappings are checked against, from HL7's packages: the elements of
 * every resource and data type in FHIR order, and the codes of the value sets that they are bound to.
 *
 *   npx tsx scripts/generate-r4-elements.ts ../shared/fhir/packages/hl7.fhir.r4.core-4.0.1.tgz ../shared/fhir/packages/hl7.terminology.r4-7.0.1.tgz
 *
 * Later packages only add code systems that the first lacks. Standard error lists the value sets without codes.
 */
import { writeFileSync } from 'node:fs';
import type { CodeSystem, CodeSystemConcept, ElementDefinition, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { resourcesOf } from './fhir-package.js';

const DEFINITION = 'http://hl7.org/fhir/StructureDefinition/';
const VALUE_SET = 'http://hl7.org/fhir/ValueSet/';
const FHIR_TYPE = `${DEFINITION}structuredefinition-fhir-type`;

/** A required set with more codes than this is kept as its systems alone. */
const MOST_CODES = 500;
/** Other sets help authors to write a code without its system; the long ones (specialties, procedures) help nobody. */
const MOST_CODES_NOT_REQUIRED = 100;

const [corePackage, ...otherPackages] = process.argv.slice(2);
if (corePackage === undefined) throw new Error('Name the hl7.fhir.r4.core package');

const definitions: StructureDefinition[] = [];
const valueSets = new Map<string, ValueSet>();
const codeSystems = new Map<string, CodeSystem>();

for (const path of [corePackage, ...otherPackages]) {
  for (const resource of resourcesOf<StructureDefinition | ValueSet | CodeSystem>(
    path,
    'StructureDefinition',
    'ValueSet',
    'CodeSystem',
  )) {
    if (resource.resourceType === 'StructureDefinition' && path === corePackage) definitions.push(resource);
    if (resource.resourceType === 'ValueSet' && resource.url && !valueSets.has(resource.url)) {
      valueSets.set(resource.url, resource);
    }
    if (resource.resourceType === 'CodeSystem' && resource.url && resource.concept && !codeSystems.has(resource.url)) {
      codeSystems.set(resource.url, resource);
    }
  }
}

const types: [name: string, type: { kind: string; base?: string; elements?: string[] }][] = [];
const bound = new Map<string, 'required' | 'other'>();

for (const definition of definitions.sort((a, b) => (a.type < b.type ? -1 : 1))) {
  if (definition.derivation === 'constraint' || definition.kind === 'logical') continue;
  describe(definition);
}

const expansions = [...bound]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([name, strength]): [string, Record<string, Record<string, string>>][] => {
    const codes = expand(fullUrl(name), strength === 'required' ? MOST_CODES : MOST_CODES_NOT_REQUIRED);
    if (codes === undefined) {
      if (strength === 'required') process.stderr.write(`no codes: ${name}\n`);
      return strength === 'required' ? [[name, systemsOf(fullUrl(name))]] : [];
    }
    return [[name, codes]];
  });

const lines = (entries: [string, unknown][]): string =>
  entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n');
// One type and one value set a line: a diff of this file is then readable.
writeFileSync(
  new URL('../src/fhir/r4.json', import.meta.url),
  `{"types":{\n${lines(types)}\n},"valueSets":{\n${lines(expansions)}\n}}\n`,
);

/** A type, and each of its backbone elements as a type of its own, named by its path. */
function describe(definition: StructureDefinition): void {
  const base = definition.baseDefinition?.slice(DEFINITION.length);
  const elements = definition.snapshot?.element ?? [];
  if (definition.kind === 'primitive-type') {
    types.push([definition.type, { kind: 'primitive', base: base ?? 'Element' }]);
    return;
  }
  const backbones = new Map<string, string[]>([[definition.type, []]]);
  for (const element of elements) {
    const place = element.path.lastIndexOf('.');
    if (place < 0) continue;
    if (inheritsFrom(element, definition.type)) continue;
    const parent = element.path.slice(0, place);
    const siblings = backbones.get(parent);
    if (siblings === undefined) throw new Error(`${element.path} comes before its parent`);
    siblings.push(written(element));
    if (isBackbone(element)) backbones.set(element.path, []);
  }
  for (const [path, own] of backbones) {
    const element = elements.find((candidate) => candidate.path === path);
    types.push([
      path,
      path === definition.type
        ? { kind: definition.kind === 'resource' ? 'resource' : 'complex', ...(base ? { base } : {}), elements: own }
        : { kind: 'backbone', base: element?.type?.[0]?.code ?? 'BackboneElement', elements: own },
    ]);
  }
}

/** `id`, `extension` and the like stand once, with the type that introduces them. */
function inheritsFrom(element: ElementDefinition, type: string): boolean {
  const introducedBy = element.base?.path.split('.')[0] ?? type;
  return element.base?.path !== element.path && introducedBy !== type;
}

function isBackbone(element: ElementDefinition): boolean {
  const code = element.type?.[0]?.code;
  return code === 'BackboneElement' || code === 'Element';
}

/** An element as one line: `code 1..1 CodeableConcept required=condition-code`, `subject 1..1 Reference(Patient|Group)`. */
function written(element: ElementDefinition): string {
  const name = element.path.slice(element.path.lastIndexOf('.') + 1);
  const cardinality = `${String(element.min ?? 0)}..${element.max === '1' ? '1' : element.max === '0' ? '0' : '*'}`;
  const shape =
    element.contentReference === undefined
      ? typesOf(element)
      : element.contentReference.slice(element.contentReference.indexOf('#'));
  const { strength, valueSet } = element.binding ?? {};
  if (strength === undefined || strength === 'example' || valueSet === undefined)
    return `${name} ${cardinality} ${shape}`;
  const set = shortName(valueSet);
  if (strength === 'required' || !bound.has(set)) bound.set(set, strength === 'required' ? 'required' : 'other');
  return `${name} ${cardinality} ${shape} ${strength}=${set}`;
}

function typesOf(element: ElementDefinition): string {
  return (element.type ?? [])
    .map((type) => {
      const fhirType = type.extension?.find((extension) => extension.url === FHIR_TYPE)?.valueUrl;
      // The package calls Resource.id a string; FHIR R4 2.26.3.1 and the JSON schema say id.
      const code = element.path === 'Resource.id' ? 'id' : (fhirType ?? type.code);
      // A Quantity that can't compare (SimpleQuantity) is a constraint with a name of its own.
      if (type.profile?.includes(`${DEFINITION}SimpleQuantity`) === true) return 'SimpleQuantity';
      const targets = (type.targetProfile ?? []).map((profile) => profile.slice(DEFINITION.length));
      return targets.length === 0 || targets.includes('Resource') ? code : `${code}(${targets.join(',')})`;
    })
    .join('|');
}

function shortName(valueSet: string): string {
  const url = withoutVersion(valueSet);
  return url.startsWith(VALUE_SET) ? url.slice(VALUE_SET.length) : url;
}

function fullUrl(name: string): string {
  return name.includes(':') ? name : VALUE_SET + name;
}

function withoutVersion(canonical: string): string {
  return canonical.split('|')[0] ?? canonical;
}

/** System -> code -> display (empty where it says no more than the code); undefined where it can't be told or is too long. */
function expand(url: string, most: number): Record<string, Record<string, string>> | undefined {
  const codes = codesIn(url);
  if (codes === undefined) return undefined;
  const count = [...codes.values()].reduce((sum, concepts) => sum + concepts.size, 0);
  if (count === 0 || count > most) return undefined;
  return Object.fromEntries([...codes].map(([system, concepts]) => [system, Object.fromEntries(concepts)]));
}

function codesIn(url: string): Map<string, Map<string, string>> | undefined {
  const compose = valueSets.get(withoutVersion(url))?.compose;
  if (compose === undefined) return undefined;
  const codes = new Map<string, Map<string, string>>();
  for (const include of compose.include) {
    const added = selected(include);
    if (added === undefined) return undefined;
    for (const [system, concepts] of added) codes.set(system, new Map([...(codes.get(system) ?? []), ...concepts]));
  }
  for (const exclude of compose.exclude ?? []) {
    const leftOut = selected(exclude);
    if (leftOut === undefined) return undefined;
    for (const [system, concepts] of leftOut) for (const code of concepts.keys()) codes.get(system)?.delete(code);
  }
  return codes;
}

type Include = NonNullable<ValueSet['compose']>['include'][number];

function selected(include: Include): Map<string, Map<string, string>> | undefined {
  if (include.system === undefined) {
    const all = new Map<string, Map<string, string>>();
    for (const valueSet of include.valueSet ?? []) {
      const codes = codesIn(valueSet);
      if (codes === undefined) return undefined;
      for (const [system, concepts] of codes) all.set(system, new Map([...(all.get(system) ?? []), ...concepts]));
    }
    return all;
  }
  // A set that is cut down by another set: none of R4's bound sets does so.
  if (include.valueSet !== undefined) return undefined;
  const concepts = codeSystems.get(include.system)?.concept;
  const displays = new Map<string, string>();
  for (const [concept] of walk(concepts ?? []))
    if (isSelectable(concept)) displays.set(concept.code, concept.display ?? '');
  const entry = (code: string, own?: string): [string, string] => {
    const display = own ?? displays.get(code) ?? '';
    return [code, display === code ? '' : display];
  };
  if (include.concept !== undefined) {
    return new Map([[include.system, new Map(include.concept.map(({ code, display }) => entry(code, display)))]]);
  }
  if (concepts === undefined) return undefined;
  let chosen = new Set(displays.keys());
  for (const filter of include.filter ?? []) {
    if (filter.property !== 'concept' || (filter.op !== 'is-a' && filter.op !== 'descendent-of')) return undefined;
    const below = descendants(include.system, filter.value);
    if (filter.op === 'is-a') below.add(filter.value);
    chosen = new Set([...chosen].filter((code) => below.has(code)));
  }
  return new Map([[include.system, new Map([...chosen].map((code) => entry(code)))]]);
}

/** A v3 system's headings (`_ActNoImmunizationReason`) are not codes to be used. */
function isSelectable(concept: CodeSystemConcept): boolean {
  return !concept.property?.some((property) => property.code === 'notSelectable' && property.valueBoolean === true);
}

/** Children are nested, or say `subsumedBy` (v3 systems, where a concept has several parents). */
function descendants(system: string, ancestor: string): Set<string> {
  const parents: [child: string, parent: string][] = [];
  for (const [concept, parent] of walk(codeSystems.get(system)?.concept ?? [])) {
    if (parent !== undefined) parents.push([concept.code, parent]);
    for (const property of concept.property ?? []) {
      if (property.code === 'subsumedBy' && property.valueCode) parents.push([concept.code, property.valueCode]);
    }
  }
  const found = new Set<string>();
  const waiting = [ancestor];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [child, parent] of parents) {
      if (parent !== next || found.has(child)) continue;
      found.add(child);
      waiting.push(child);
    }
  }
  return found;
}

function* walk(
  concepts: readonly CodeSystemConcept[],
  parent?: string,
): Generator<[concept: CodeSystemConcept, parent: string | undefined]> {
  for (const concept of concepts) {
    yield [concept, parent];
    yield* walk(concept.concept ?? [], concept.code);
  }
}

function systemsOf(url: string): Record<string, Record<string, string>> {
  const systems = (valueSets.get(url)?.compose?.include ?? []).flatMap(({ system }) => (system ? [system] : []));
  return Object.fromEntries(systems.map((system) => [system, {}]));
}

import type { CodeableConcept, Coding, FhirResource, Quantity } from 'fhir/r4.js';
import type { Units } from '../../conversion.js';
import { UCUM } from '../../fhir/types/ucum.js';
import type { Addition } from '../../provenance/trace.js';
import type { IssueCode } from '../../xml/issue-codes.js';
import { codeKey, LOINC, SNOMED_CT } from '../pack/code-key.js';
import type { PackSource } from '../pack/form.js';
import type { TermPack } from '../pack/term-pack.js';
import { judge } from './contradicts.js';
import { namePack } from './name-pack.js';
import { findCoding, type Ways } from './find-coding.js';
import { inUnit } from './in-unit.js';
import { ElementPlace } from './place.js';
import { TERMS_RULES } from './rules.js';
import { canonicalUnitOf, ucumForm } from './units.js';
import { isMeasured, wantedFor } from './wanted.js';

export interface WithTerms {
  /** The resources in the same order. A resource to which nothing was added is the same object. */
  readonly resources: readonly FhirResource[];
  /** How often each rule added something. */
  readonly counts: Readonly<Record<string, number>>;
  /** For each resource: for each element where it comes from. */
  readonly added: ReadonlyMap<FhirResource, ReadonlyMap<string, Addition>>;
}

export interface TermsOptions {
  /** Absent: units alone. */
  readonly pack?: TermPack | undefined;
  readonly units: Units;
  /** The displays of References to the resources, in their order. */
  readonly addresses: readonly string[];
  /** Reports an issue of a resource, and of the code that it is about. */
  readonly tell: (issue: IssueCode, text: string, resource: number, code: string) => void;
}

/**
 * What term packs and units add to finished resources, nothing of which is changed in place. What the source says stays as
 * it is, and stands first; a map that has several targets for a code gives nothing but an issue.
 */
export function addTerms(resources: readonly FhirResource[], options: TermsOptions): WithTerms {
  const pass = new Pass(options);
  const made = resources.map((resource, index) => pass.resource(resource, index));
  return {
    resources: withPackNamed(made, pass.added, options),
    counts: Object.fromEntries([...pass.counts].sort()),
    added: pass.added,
  };
}

function withPackNamed(
  resources: readonly FhirResource[],
  added: ReadonlyMap<FhirResource, ReadonlyMap<string, Addition>>,
  { pack, addresses }: TermsOptions,
): readonly FhirResource[] {
  if (pack === undefined || added.size === 0) return resources;
  const additions = new Map(
    resources.map((resource, index) => [addresses[index] ?? '', [...(added.get(resource)?.values() ?? [])]]),
  );
  return resources.map((resource) => namePack(resource, pack, additions));
}

type Json = Record<string, unknown>;

class Pass {
  readonly counts = new Map<string, number>();
  readonly added = new Map<FhirResource, Map<string, Addition>>();
  readonly #options: TermsOptions;
  readonly #told = new Set<string>();
  readonly #place = new ElementPlace();
  #index = 0;
  #here = new Map<string, Addition>();
  #unit: string | undefined;

  constructor(options: TermsOptions) {
    this.#options = options;
  }

  resource(resource: FhirResource, index: number): FhirResource {
    // The author and the date of a statement are not clinical facts, so they get no codes.
    if (resource.resourceType === 'Provenance') return resource;
    this.#place.begin(resource.resourceType);
    this.#index = index;
    this.#here = new Map();
    const made = this.#object(resource as unknown as Json) as unknown as FhirResource;
    if (this.#here.size > 0) this.added.set(made, this.#here);
    return made;
  }

  #value(value: object, key: string | number): object {
    this.#place.enter(key);
    const made = Array.isArray(value) ? this.#list(value) : this.#object(value as Json);
    this.#place.leave();
    return made;
  }

  #list(list: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (const [index, item] of list.entries()) {
      if (typeof item !== 'object' || item === null) continue;
      const made = this.#value(item, index);
      if (made !== item) (copy ??= [...list])[index] = made;
    }
    return copy ?? list;
  }

  #object(value: Json): Json {
    const unit = this.#unit;
    const measured = this.#options.units === 'canonical' && isMeasured(this.#place.element);
    if (measured) this.#unit = this.#canonicalUnit(value.code as CodeableConcept | undefined);
    let copy: Json | undefined;
    for (const name in value) {
      const item = value[name];
      if (typeof item !== 'object' || item === null || (name === 'meta' && this.#place.isResource)) continue;
      // A narrative holds no codes, and is long, so it is not searched.
      if (name === 'text' && 'div' in item) continue;
      const made = this.#value(item, name);
      if (made !== item) (copy ??= { ...value })[name] = made;
    }
    this.#unit = unit;
    const made = copy ?? value;
    if (Array.isArray(made.coding)) return this.#concept(made) as Json;
    if (typeof made.code !== 'string' || typeof made.system !== 'string') return made;
    return (made.system === UCUM ? this.#quantity(made) : this.#coding(made)) as Json;
  }

  /** Fills in the display of a coding, and reports a display that is wrong. */
  #coding(coding: Coding): Coding {
    const { pack } = this.#options;
    const { system = '', code = '', display } = coding;
    const title = pack?.sourceOf(system);
    if (pack === undefined || title === undefined) return coding;
    const concept = pack.concept(system, code);
    const called = `${title.title} ${title.version}`;
    if (concept === undefined) {
      if (pack.isComplete(system) && isWhole(system, code))
        this.#tell('unknown-code', `The code is none of ${called}; it is kept as it is.`, code);
      return coding;
    }
    if (concept.retired) {
      const instead = concept.replacedBy === undefined ? '' : ', which names another in its place';
      this.#tell('retired-code', `The code is retired in ${called}${instead}; it is kept as it is.`, code);
    }
    if (display === undefined) {
      if (concept.display === undefined || Object.hasOwn(coding, '_display')) return coding;
      const path = this.#place.path;
      this.#add(TERMS_RULES.display, concept.source, `${path}.display`, `${path}.code`);
      const { userSelected, ...before } = coding;
      return { ...before, display: concept.display, ...(userSelected === undefined ? {} : { userSelected }) };
    }
    const wrong = judge(pack, system, code, concept, display);
    if (wrong !== undefined) this.#tell('display-contradicts', contradictionText(wrong, called), code);
    return coding;
  }

  /** Adds codings of the systems that the element should have. */
  #concept(concept: CodeableConcept): CodeableConcept {
    const { pack } = this.#options;
    const { coding = [] } = concept;
    if (pack === undefined || !coding.some(({ system = '' }) => pack.isMapped(system))) return concept;
    let all: Coding[] | undefined;
    const systems = new Set(coding.map(({ system }) => system));
    for (const ways of this.#ways(pack, coding)) {
      if (systems.has(ways.to)) continue;
      const found = findCoding(pack, coding, ways);
      if (found === undefined) continue;
      if ('unclear' in found) {
        this.#tell(
          'ambiguous-map',
          `No one code follows from this one by ${found.rule}; none is added.`,
          found.unclear.code ?? '',
        );
        continue;
      }
      const path = this.#place.path;
      const { rule, source, index } = found;
      const place = (all ??= [...coding]).push(found.coding) - 1;
      this.#add(rule, source, `${path}.coding[${place}]`, `${path}.coding[${index}].code`);
      systems.add(ways.to);
    }
    return all === undefined ? concept : { ...concept, coding: all };
  }

  /** First the systems that the element should have, then those that a customer's own ConceptMap gives. */
  #ways(pack: TermPack, codings: readonly Coding[]): Ways[] {
    const wanted = wantedFor(this.#place.element).map(({ to, from, candidates = false }) => ({
      to,
      takes: (system: string) => from.includes(system),
      candidates,
    }));
    const own = new Set(codings.flatMap(({ system = '' }) => pack.mapped.get(system) ?? []));
    return [
      ...wanted,
      ...[...own].map((to) => ({
        to,
        takes: (system: string) => pack.mapped.get(system)?.includes(to) === true,
        candidates: false,
      })),
    ];
  }

  #quantity(quantity: Quantity): Quantity {
    const { units } = this.#options;
    const { code = '' } = quantity;
    if (units === 'said') return quantity;
    const form = ucumForm(code);
    const path = this.#place.path;
    const unit = this.#place.isIn(BESIDE) ? undefined : this.#unit;
    if (unit !== undefined && unit !== form && quantity.value !== undefined) {
      const made = inUnit(quantity, form, unit);
      if (made !== undefined) return this.#noteUnit(made, path);
      this.#tell('unit-not-converted', `The unit can't be converted to ${unit}; value and unit are kept.`, code);
    }
    if (form === code) return quantity;
    this.#add(TERMS_RULES.ucumForm, UCUM_ITSELF, `${path}.code`, `${path}.unit`);
    return { ...quantity, code: form };
  }

  #noteUnit(made: Quantity, path: string): Quantity {
    const place = `${path}.extension[${made.extension!.length - 1}]`;
    for (const element of ['value', 'unit', 'system', 'code'].map((name) => `${path}.${name}`))
      this.#note(TERMS_RULES.canonicalUnit, UCUM_ITSELF, element, `${path}.value`);
    this.#note(TERMS_RULES.canonicalUnit, UCUM_ITSELF, `${place}.url`, `${path}.value`);
    this.#here.set(`${place}.valueQuantity`, { rule: '', by: '', from: path, moved: true });
    this.#count(TERMS_RULES.canonicalUnit);
    return made;
  }

  #canonicalUnit(code: CodeableConcept | undefined): string | undefined {
    for (const { system, code: own } of code?.coding ?? []) {
      if (system !== LOINC || own === undefined) continue;
      const unit = canonicalUnitOf(own) ?? this.#options.pack?.concept(LOINC, own)?.units[0];
      if (unit !== undefined) return ucumForm(unit);
    }
    return undefined;
  }

  #tell(issue: IssueCode, text: string, code: string): void {
    const told = `${this.#index} ${issue} ${code}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.#options.tell(issue, text, this.#index, code);
  }

  #add(rule: string, source: Pick<PackSource, 'title' | 'version'>, path: string, from: string): void {
    this.#note(rule, source, path, from);
    this.#count(rule);
  }

  #note(rule: string, { title, version }: Pick<PackSource, 'title' | 'version'>, path: string, from: string): void {
    this.#here.set(path, { rule, by: version === '' ? title : `${title}|${version}`, from, moved: false });
  }

  #count(rule: string): void {
    this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
  }
}

/** What stands beside the value, and is as it was said: a translation of it; and the origin of sampled data, which is no value. */
const BESIDE: ReadonlySet<string | number> = new Set(['extension', 'valueSampledData']);

/** Units that UCUM itself defines need no source. */
const UCUM_ITSELF = { title: 'UCUM', version: '' };

function contradictionText(wrong: 'another' | 'nothing-in-common', called: string): string {
  return wrong === 'another'
    ? `The name beside the code is that of another code of ${called}; both are kept.`
    : `The name beside the code has no word in common with its names in ${called}; both are kept.`;
}

/** Whether a code can be looked up as it stands: no expression, no part or answer of LOINC, no NDC of ten digits. */
function isWhole(system: string, code: string): boolean {
  if (codeKey(system, code) === undefined) return false;
  if (system === LOINC) return /^\d+-\d$/.test(code);
  return system !== SNOMED_CT || /^\d+$/.test(code);
}

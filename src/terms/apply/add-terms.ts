import type { CodeableConcept, Coding, Extension, FhirResource, Quantity } from 'fhir/r4.js';
import type { Units } from '../../conversion.js';
import { EXACT, setDecimal, type WithExactDecimals } from '../../fhir/decimal.js';
import { UCUM } from '../../fhir/types/ucum.js';
import type { IssueCode } from '../../xml/issue-codes.js';
import { codeKey, LOINC, SNOMED_CT } from '../pack/code-key.js';
import type { PackSource } from '../pack/form.js';
import type { Concept, Target, TermPack } from '../pack/term-pack.js';
import { contradicts } from './contradicts.js';
import { mapRule, TERMS_RULES } from './rules.js';
import { canonicalUnitOf, converted, ucumForm } from './units.js';
import { isMeasured, wantedFor } from './wanted.js';

/** On a coding that a term pack has added: the map, its version, the rule, and whether somebody has to confirm it. */
export const CODING_MAP = 'https://cairn.example/fhir/StructureDefinition/coding-map';
/** On a quantity in its canonical unit: what the source says. */
export const SAID_QUANTITY = 'https://cairn.example/fhir/StructureDefinition/said-quantity';

/** Where a part of a resource is from that no directive made. */
export interface Added {
  readonly rule: string;
  /** What the rule knows it from: `RxNorm NDC|2026-11-03`. */
  readonly by: string;
  /** The element that it follows from: `code.coding[0].code`. */
  readonly from: string;
  /** Whether what stood at `from` stands here, as it was. */
  readonly moved: boolean;
}

export interface WithTerms {
  /** The resources in the same order; what has nothing new is the same object. */
  readonly resources: readonly FhirResource[];
  /** How often each rule gave something. */
  readonly counts: Readonly<Record<string, number>>;
  /** By resource: by element, where it is from. */
  readonly added: ReadonlyMap<FhirResource, ReadonlyMap<string, Added>>;
}

export interface TermsOptions {
  /** Absent: units alone. */
  readonly pack?: TermPack | undefined;
  readonly units: Units;
  /** Told of a resource, and of the code in it that it is about. */
  readonly tell: (issue: IssueCode, text: string, resource: number, code: string) => void;
}

/**
 * What term packs and units add to finished resources, nothing of which is changed in place. What the source says stays as
 * it is, and stands first; a map that has several targets for a code gives nothing but an issue. Each code is looked up once
 * in a document.
 */
export function addTerms(resources: readonly FhirResource[], options: TermsOptions): WithTerms {
  const pass = new Pass(options);
  const made = resources.map((resource, index) => pass.resource(resource, index));
  return { resources: made, counts: Object.fromEntries([...pass.counts].sort()), added: pass.added };
}

type Json = Record<string, unknown>;

class Pass {
  readonly counts = new Map<string, number>();
  readonly added = new Map<FhirResource, Map<string, Added>>();
  readonly #options: TermsOptions;
  readonly #concepts = new Map<string, Concept | undefined>();
  readonly #told = new Set<string>();
  /** The names on the way to the value at hand, and the places in lists. */
  readonly #path: (string | number)[] = [];
  #type = '';
  #index = 0;
  #here = new Map<string, Added>();
  #unit: string | undefined;

  constructor(options: TermsOptions) {
    this.#options = options;
  }

  resource(resource: FhirResource, index: number): FhirResource {
    // Who said it when is no clinical fact.
    if (resource.resourceType === 'Provenance') return resource;
    this.#type = resource.resourceType;
    this.#index = index;
    this.#here = new Map();
    const made = this.#object(resource as unknown as Json) as unknown as FhirResource;
    if (this.#here.size > 0) this.added.set(made, this.#here);
    return made;
  }

  #value(value: object, key: string | number): object {
    this.#path.push(key);
    const made = Array.isArray(value) ? this.#list(value) : this.#object(value as Json);
    this.#path.pop();
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
    const measured = this.#options.units === 'canonical' && isMeasured(this.#element());
    if (measured) this.#unit = this.#canonicalUnit(value.code as CodeableConcept | undefined);
    let copy: Json | undefined;
    for (const name in value) {
      const item = value[name];
      if (typeof item !== 'object' || item === null || (name === 'meta' && this.#path.length === 0)) continue;
      // Narrative holds no codes, and is long.
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

  /** Fills the display of a coding, and tells what is wrong with it. */
  #coding(coding: Coding): Coding {
    const { pack } = this.#options;
    const { system = '', code = '', display } = coding;
    const title = pack?.sourceOf(system);
    if (pack === undefined || title === undefined) return coding;
    const concept = this.#lookUp(pack, system, code);
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
      const path = this.#pathText();
      this.#add(TERMS_RULES.display, concept.source, `${path}.display`, `${path}.code`);
      const { userSelected, ...before } = coding;
      return { ...before, display: concept.display, ...(userSelected === undefined ? {} : { userSelected }) };
    }
    const wrong = this.#judged(pack, system, code, concept, display);
    if (wrong !== undefined) this.#tell('display-contradicts', contradictionText(wrong, called), code);
    return coding;
  }

  /** Adds codings of the systems that the element wants. */
  #concept(concept: CodeableConcept): CodeableConcept {
    const { pack } = this.#options;
    const { coding = [] } = concept;
    if (pack === undefined || !coding.some(({ system = '' }) => pack.isMapped(system))) return concept;
    let all: Coding[] | undefined;
    const systems = new Set(coding.map(({ system }) => system));
    for (const { to, from, candidates = false } of wantedFor(this.#element())) {
      if (systems.has(to)) continue;
      const made = this.#translated(pack, coding, to, (system) => from.includes(system), candidates);
      if (made === undefined) continue;
      (all ??= [...coding]).push(made.coding);
      this.#place(made, all.length - 1);
      systems.add(to);
    }
    for (const to of new Set(coding.flatMap(({ system = '' }) => pack.mapped.get(system) ?? []))) {
      if (systems.has(to)) continue;
      const made = this.#translated(
        pack,
        coding,
        to,
        (system) => pack.mapped.get(system)?.includes(to) === true,
        false,
      );
      if (made === undefined) continue;
      (all ??= [...coding]).push(made.coding);
      this.#place(made, all.length - 1);
      systems.add(to);
    }
    return all === undefined ? concept : { ...concept, coding: all };
  }

  #place({ rule, source, index }: Translated, place: number): void {
    const path = this.#pathText();
    this.#add(rule, source, `${path}.coding[${place}]`, `${path}.coding[${index}].code`);
  }

  /** The one coding of a system that follows from those that are there; an issue where they lead to several. */
  #translated(
    pack: TermPack,
    codings: readonly Coding[],
    to: string,
    takes: (system: string) => boolean,
    candidates: boolean,
  ): Translated | undefined {
    const exact = new Map<string, Found>();
    const possible = new Map<string, Found>();
    let unclear: Coding | undefined;
    for (const [index, coding] of codings.entries()) {
      const { system, code } = coding;
      if (system === undefined || code === undefined || !takes(system)) continue;
      const target = pack.translate(system, code, to);
      if (target === 'ambiguous') unclear ??= coding;
      else if (target?.strength === 'exact') exact.set(target.code, { target, index });
      else if (target !== undefined && candidates) possible.set(target.code, { target, index });
    }
    // What is exact needs no candidate beside it.
    const targets = [...(exact.size > 0 ? exact : possible).values()];
    const [found] = targets;
    const isUnclear = targets.length > 1 || (exact.size === 0 && unclear !== undefined);
    if (isUnclear) {
      const { system = '', code = '' } = unclear ?? codings[found!.index]!;
      this.#tell('ambiguous-map', `No one code follows from this one by ${mapRule(system, to)}; none is added.`, code);
      return undefined;
    }
    if (found === undefined) return undefined;
    const { target, index } = found;
    const display = this.#lookUp(pack, to, target.code)?.display;
    const { source, strength } = target;
    const rule = source.kind === 'fhir' ? TERMS_RULES.conceptMap : mapRule(codings[index]!.system ?? '', to);
    const coding: Coding = {
      extension: [mapExtension(source, rule, strength === 'candidate')],
      system: to,
      code: target.code,
      ...(display === undefined ? {} : { display }),
    };
    return { coding, rule, source, index };
  }

  #quantity(quantity: Quantity): Quantity {
    const { units } = this.#options;
    const { code = '' } = quantity;
    if (units === 'said') return quantity;
    const form = ucumForm(code);
    const path = this.#pathText();
    if (units === 'canonical' && this.#unit !== undefined && this.#unit !== form) {
      const made = this.#inUnit(quantity, form, this.#unit, path);
      if (made !== undefined) return made;
    }
    if (form === code) return quantity;
    this.#add(TERMS_RULES.ucumForm, UCUM_ITSELF, `${path}.code`, `${path}.unit`);
    return { ...quantity, code: form };
  }

  #inUnit(quantity: Quantity, from: string, to: string, path: string): Quantity | undefined {
    const { value, code = '', extension = [], ...others } = quantity;
    if (value === undefined) return undefined;
    const text = (quantity as WithExactDecimals)[EXACT]?.value ?? String(value);
    const number = converted(text, from, to);
    if (number === undefined) {
      this.#tell('unit-not-converted', `The unit can't be converted to ${to}; value and unit are kept.`, code);
      return undefined;
    }
    const said: Quantity = { ...quantity };
    delete said.extension;
    const place = `${path}.extension[${extension.length}]`;
    const made: Quantity = {
      extension: [...extension, { url: SAID_QUANTITY, valueQuantity: said }],
      ...others,
      unit: to,
      system: UCUM,
      code: to,
    };
    delete (made as WithExactDecimals)[EXACT];
    setDecimal(made, 'value', number);
    for (const element of ['value', 'unit', 'system', 'code'])
      this.#note(TERMS_RULES.canonicalUnit, UCUM_ITSELF, `${path}.${element}`, `${path}.value`);
    this.#note(TERMS_RULES.canonicalUnit, UCUM_ITSELF, `${place}.url`, `${path}.value`);
    this.#here.set(`${place}.valueQuantity`, { rule: '', by: '', from: path, moved: true });
    this.#count(TERMS_RULES.canonicalUnit);
    return made;
  }

  #canonicalUnit(code: CodeableConcept | undefined): string | undefined {
    for (const { system, code: own } of code?.coding ?? []) {
      if (system !== LOINC || own === undefined) continue;
      const { pack } = this.#options;
      const [example] = pack === undefined ? [] : (this.#lookUp(pack, LOINC, own)?.units ?? []);
      const unit = canonicalUnitOf(own) ?? example;
      if (unit !== undefined) return ucumForm(unit);
    }
    return undefined;
  }

  #lookUp(pack: TermPack, system: string, code: string): Concept | undefined {
    const key = `${system}\n${code}`;
    const known = this.#concepts.get(key);
    if (known !== undefined || this.#concepts.has(key)) return known;
    const concept = pack.concept(system, code);
    this.#concepts.set(key, concept);
    return concept;
  }

  /** A sender has the same names again and again. */
  #judged(pack: TermPack, system: string, code: string, concept: Concept, display: string): Verdict {
    const known = verdicts.get(pack) ?? new Map<string, Verdict>();
    verdicts.set(pack, known);
    const key = `${system}\n${code}\n${display}`;
    if (known.has(key)) return known.get(key);
    const verdict = contradicts(pack, system, code, concept, display);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, verdict);
    return verdict;
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

  /** `MedicationRequest.medicationCodeableConcept` */
  #element(): string {
    let text = this.#type;
    for (const step of this.#path) if (typeof step === 'string') text += `.${step}`;
    return text;
  }

  /** `code.coding[0]`: as the trace names elements. */
  #pathText(): string {
    let text = '';
    for (const step of this.#path) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += text === '' ? step : `.${step}`;
    }
    return text;
  }
}

type Verdict = ReturnType<typeof contradicts>;
/** What was found of names before; codes and names of code systems, a few thousand at most. */
const verdicts = new WeakMap<TermPack, Map<string, Verdict>>();
const MOST_KEPT = 3000;

interface Found {
  readonly target: Target;
  readonly index: number;
}

interface Translated {
  readonly coding: Coding;
  readonly rule: string;
  readonly source: PackSource;
  /** The coding that it follows from. */
  readonly index: number;
}

/** What UCUM says needs no source. */
const UCUM_ITSELF = { title: 'UCUM', version: '' };

function mapExtension({ title, version }: PackSource, rule: string, isCandidate: boolean): Extension {
  return {
    url: CODING_MAP,
    extension: [
      { url: 'map', valueString: title },
      { url: 'version', valueString: version },
      { url: 'rule', valueCode: rule },
      ...(isCandidate ? [{ url: 'candidate', valueBoolean: true }] : []),
    ],
  };
}

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

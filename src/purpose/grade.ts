/**
 * Puts the findings of an item into the categories of a table, and tells how well each is supported. It gives
 * evidence, not a score.
 */
import type { FhirResource } from 'fhir/r4.js';
import type { CategoryTable } from '../category/category-table.js';
import { OptionError } from '../option-error.js';
import { tokens } from '../search/match.js';
import { searchParameter } from '../search/search-parameters.js';
import { forEachReference } from '../search/resource-index.js';
import { compareIds, select } from '../search/search.js';
import { suggestion } from '../xpath/nearest.js';
import { ask } from './ask.js';
import { fillingOf, filledQuery, type Evaluation, type Selection } from './evaluation.js';
import { fill } from './template.js';

export interface Categorized {
  readonly resource: FhirResource;
  readonly accepted: boolean;
  /** The codes of the resource that are of the table's code system. */
  readonly codes: readonly string[];
  /** Empty if the codes are in no category. */
  readonly categories: readonly Category[];
  readonly grade: string | undefined;
  /** Resources that refer to it, and resources that the item's `supports` find in the same documents. */
  readonly supports: readonly { readonly resource: FhirResource; readonly how: 'refers' | 'same-document' }[];
}

export interface Category {
  readonly category: string;
  readonly label: string | undefined;
  /** The accepted category that supersedes this one. */
  readonly supersededBy?: string;
  /** This category counts only together with others, and none of these is accepted. */
  readonly unaccompanied?: boolean;
}

/** The table of an item, with `{model}` filled in. */
export function tableOf(selection: Selection, evaluation: Evaluation): CategoryTable | undefined {
  const { category } = selection.item;
  if (category === undefined) return undefined;
  const name = fill(category, fillingOf(evaluation)) ?? category;
  const { categories } = evaluation.set;
  const table = categories.get(name);
  if (table === undefined) {
    throw new OptionError(`there is no table of categories ${name}${suggestion(name, categories.names)}`);
  }
  return table;
}

export function categorize(selection: Selection, table: CategoryTable, evaluation: Evaluation): Categorized[] {
  const { item, found, turnedAway } = selection;
  const accepted = new Set(found);
  const person = personOf(evaluation);
  const all = [...found, ...turnedAway.map(({ resource }) => resource)].sort(compareIds);
  const coded = all.map((resource) => {
    const codes = codesOf(resource, table.head.codes, evaluation);
    const categories = [...new Set(codes.flatMap((code) => table.categoriesOf(code, person)))];
    return { resource, codes, categories };
  });
  const counted = [
    ...new Set(coded.filter(({ resource }) => accepted.has(resource)).flatMap(({ categories }) => categories)),
  ];
  const superseded = table.superseded(counted);
  const unaccompanied = table.unaccompanied(counted);
  const near = supportsByDocument(item.supports ?? [], evaluation);
  return coded.map(({ resource, codes, categories }) => ({
    resource,
    codes,
    accepted: accepted.has(resource),
    categories: categories.map((category): Category => {
      const by = superseded.get(category);
      return {
        category,
        label: table.label(category),
        ...(by === undefined ? {} : { supersededBy: by }),
        ...(unaccompanied.includes(category) ? { unaccompanied: true } : {}),
      };
    }),
    // A finding that does not count and is in no category needs no grade.
    grade:
      accepted.has(resource) || categories.length > 0
        ? gradeOf(item.grades ?? [], item.id, resource, evaluation)
        : undefined,
    supports: categories.length === 0 ? [] : supportsOf(near, resource, evaluation),
  }));
}

function codesOf(resource: FhirResource, system: string | undefined, { search }: Evaluation): string[] {
  const parameter = searchParameter(resource.resourceType, 'code');
  if (parameter === undefined) return [];
  const own = tokens(parameter, resource, search).filter((token) => token.system === system);
  return own.flatMap(({ code }) => code ?? []);
}

function gradeOf(
  grades: readonly { readonly id: string; readonly when: string }[],
  item: string,
  resource: FhirResource,
  evaluation: Evaluation,
): string | undefined {
  const documents = evaluation.sources.documents(resource);
  const { kind: source } = evaluation.sources.of(resource);
  const more = { documents, source, linked: linkedTo(resource, evaluation) };
  return grades.find(({ when }) => ask(item, when, resource, evaluation, more)[0] === true)?.id;
}

/** Findings of other items that the resource refers to, or that refer to the resource. */
function linkedTo(resource: FhirResource, { found, record }: Evaluation): FhirResource[] {
  const all = [...found.values()].filter((own) => !own.includes(resource));
  const linked = new Set<FhirResource>();
  forEachReference(resource, (reference) => {
    const target = record.index.resolve(reference);
    if (target !== undefined && all.some((own) => own.includes(target))) linked.add(target);
  });
  for (const own of all) {
    for (const type of new Set(own.map(({ resourceType }) => resourceType))) {
      for (const from of record.index.referring(resource, type)) if (own.includes(from)) linked.add(from);
    }
  }
  return [...linked].sort(compareIds);
}

/** The findings of the item's `supports`, by the document that says them. */
function supportsByDocument(
  queries: readonly string[],
  evaluation: Evaluation,
): Map<FhirResource, readonly FhirResource[]> {
  const { sources, search } = evaluation;
  const found = new Map<FhirResource, Set<FhirResource>>();
  for (const query of queries.flatMap((text) => filledQuery(text, evaluation) ?? [])) {
    for (const resource of select(query, search)) {
      for (const document of sources.documents(resource)) {
        const own = found.get(document);
        if (own === undefined) found.set(document, new Set([resource]));
        else own.add(resource);
      }
    }
  }
  return new Map([...found].map(([document, own]) => [document, [...own].sort(compareIds)]));
}

function supportsOf(
  near: ReadonlyMap<FhirResource, readonly FhirResource[]>,
  resource: FhirResource,
  { sources, record }: Evaluation,
): Categorized['supports'] {
  const [first, ...others] = sources.documents(resource).flatMap((document) => {
    const own = near.get(document);
    return own === undefined ? [] : [own];
  });
  // The findings of one document are already in order.
  const found = others.length === 0 ? (first ?? []) : [...new Set([first ?? [], ...others].flat())].sort(compareIds);
  const referring = new Map<string, readonly FhirResource[]>();
  const refers = (one: FhirResource): boolean => {
    let of = referring.get(one.resourceType);
    if (of === undefined) referring.set(one.resourceType, (of = record.index.referring(resource, one.resourceType)));
    return of.includes(one);
  };
  return found
    .filter((one) => one !== resource)
    .map((one) => ({ resource: one, how: refers(one) ? 'refers' : 'same-document' }));
}

/** The age on the last day of the period, if the birth date is known to the day. */
function personOf({ record, parameters }: Evaluation): { age?: number; gender?: string } {
  const { birthDate, gender } = (record.patients[0] ?? {}) as { birthDate?: string; gender?: string };
  const day = parameters.get('to');
  const known = gender === undefined ? {} : { gender };
  if (birthDate?.length !== 10 || day === undefined || day.length < 10) return known;
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return { ...known, age: day.slice(5, 10) < birthDate.slice(5) ? years - 1 : years };
}

/**
 * Why an item found nothing (SPEC of purposes, 2.5). Peeling is exact: a named filter is dropped and the search is made
 * again; nothing is guessed, and no text is read.
 */
import type { Composition, CompositionSection, FhirResource } from 'fhir/r4.js';
import { isMissing, tokens } from '../search/match.js';
import type { Filter, Query } from '../search/query.js';
import { compareIds, select } from '../search/search.js';
import { dateParameter } from './days.js';
import { isDenied, isStatus, STATUS } from './denied.js';
import { judged } from './ask.js';
import { newest } from './evaluate.js';
import { filledQuery, type Evaluation, type Selection } from './evaluation.js';
import type { SourceOf } from '../record/source-kind.js';

export type MissingReason =
  | 'value-set-missing'
  | 'stated-absent'
  | 'source-not-accepted'
  | 'wrong-status'
  | 'wrong-kind'
  | 'out-of-window'
  | 'date-imprecise'
  | 'date-absent'
  | 'value-absent'
  | 'not-coded'
  | 'narrative-only'
  | 'receipt-unknown'
  | 'no-section'
  | 'not-in-record';

export interface NearMiss {
  readonly resource: FhirResource;
  readonly reason: MissingReason;
  readonly source?: SourceOf;
}

export interface Missing {
  readonly reason: MissingReason;
  /** Resources that explain it, the newest first, at most five. */
  readonly nearest: readonly NearMiss[];
  /** How many there were. */
  readonly total: number;
  /** ValueSets that are missing. */
  readonly valueSets: readonly string[];
  /** A narrative that says something although the section has no entries. */
  readonly places: readonly NarrativePlace[];
}

export interface NarrativePlace {
  readonly composition: string;
  readonly title: string;
  readonly code: string;
  /** `Composition/ID.section[3].text` */
  readonly element: string;
}

const MOST = 5;

export function whyMissing(selection: Selection, evaluation: Evaluation): Missing {
  const { item, queries, absentSets, turnedAway } = selection;
  const none = { nearest: [], total: 0, valueSets: absentSets, places: [] };
  if (queries.length === 0 && absentSets.length > 0) return { ...none, reason: 'value-set-missing' };
  const near = [
    ...turnedAway.flatMap(({ resource, reason, source }): NearMiss[] =>
      reason === 'not-signed' ? [] : [{ resource, reason, ...(source === undefined ? {} : { source }) }],
    ),
    ...queries.flatMap((query) => peeled(query, selection, evaluation)),
    ...planned(selection, evaluation),
  ];
  for (const reason of ORDER) {
    const found = new Map(near.filter((one) => one.reason === reason).map((one) => [one.resource, one]));
    if (found.size === 0) continue;
    const nearest = newest([...found.keys()], queries[0]!, evaluation).slice(0, MOST);
    return { ...none, reason, nearest: nearest.map((one) => found.get(one)!), total: found.size };
  }
  const places = narrativesOf(item.sections ?? [], evaluation);
  if (allDeny(item.sections ?? [], places, queries)) {
    return { ...none, reason: 'stated-absent', places: places.map(({ place }) => place) };
  }
  if (places.some(({ text }) => text)) {
    return { ...none, reason: 'narrative-only', places: places.filter(({ text }) => text).map(({ place }) => place) };
  }
  const sections = item.sections ?? [];
  return { ...none, reason: sections.length > 0 && places.length === 0 ? 'no-section' : 'not-in-record' };
}

/**
 * "None known" in each section that would say it. Where the item asks for several types of resources, each of its sections must
 * be there and say so: that there are no known problems does not deny a procedure.
 */
function allDeny(
  sections: readonly string[],
  places: readonly { readonly place: NarrativePlace; readonly nil: boolean }[],
  queries: readonly Query[],
): boolean {
  if (places.length === 0 || !places.every(({ nil }) => nil)) return false;
  const several = new Set(queries.map(({ type }) => type)).size > 1;
  return !several || sections.every((code) => places.some(({ place }) => place.code === code));
}

/**
 * The order in which filters are dropped to find the reason. A date that has a reason of its own comes before the
 * plain "not in this period".
 */
const ORDER: readonly MissingReason[] = [
  'stated-absent',
  'source-not-accepted',
  'wrong-status',
  'wrong-kind',
  'receipt-unknown',
  'date-imprecise',
  'out-of-window',
  'date-absent',
  'value-absent',
  'not-coded',
];

/** What the query would find without one of its filters, and which filter that is. */
function peeled(query: Query, { item, found }: Selection, evaluation: Evaluation): NearMiss[] {
  const isDate = (filter: Filter): boolean => filter.parameter.type === 'date';
  const isCode = (filter: Filter): boolean =>
    filter.parameter.type === 'token' && !isStatus(filter) && namesCode(filter);
  // A resource that meets all filters is missing for another reason. That reason was told where the resource was
  // refused.
  const whole = new Set(select(query, evaluation.search));
  const without = (drop: (filter: Filter) => boolean): FhirResource[] =>
    query.filters.some(drop)
      ? select(
          { type: query.type, filters: query.filters.filter((filter) => !drop(filter)) },
          evaluation.search,
        ).filter((resource) => !found.includes(resource) && !whole.has(resource))
      : [];
  const near: NearMiss[] = [];
  const tell = (resources: readonly FhirResource[], reason: MissingReason): void => {
    for (const resource of resources) near.push({ resource, reason });
  };
  for (const resource of [...whole, ...without(isStatus)]) {
    const is = judged(item, resource, evaluation);
    if (isDenied(resource, evaluation)) near.push({ resource, reason: 'stated-absent' });
    else if (is && !whole.has(resource)) near.push({ resource, reason: 'wrong-status' });
    // A resource that `where` refuses is of another kind, so it is no near miss.
    else if (!is && item.where !== undefined) near.push({ resource, reason: 'wrong-kind' });
  }
  for (const resource of without(isDate)) {
    if (judged(item, resource, evaluation)) near.push({ resource, reason: dateReason(query, resource, evaluation) });
  }
  if (item.visit === undefined)
    tell(
      without(isCode).filter((one) => isUncoded(query, one, evaluation)),
      'not-coded',
    );
  return near;
}

/** Whether a filter is about the kind of thing, not about where it is filed or what its value is. */
function namesCode({ parameter, name }: Filter): boolean {
  return (
    name !== 'category' &&
    parameter.paths.some(({ type, steps }) => type === 'CodeableConcept' && !steps.at(-1)!.startsWith('value'))
  );
}

function dateReason(query: Query, resource: FhirResource, { search }: Evaluation): MissingReason {
  const parameter = dateParameter(query);
  if (parameter === undefined || isMissing(parameter, resource)) return 'date-absent';
  const possible = select(query, { ...search, dates: 'possible' }).includes(resource);
  return possible && search.dates === 'certain' ? 'date-imprecise' : 'out-of-window';
}

/** The resource has only a text, or codes of other systems, so the filter could not have found it. */
function isUncoded(query: Query, resource: FhirResource, { search, set }: Evaluation): boolean {
  // A search is narrow only if its period has a beginning: "until the end of the year" covers a whole life.
  const windowed = query.filters.some(({ values }) =>
    values.some((value) => value.kind === 'date' && ['eq', 'ge', 'gt', 'sa'].includes(value.prefix)),
  );
  return query.filters
    .filter((filter) => namesCode(filter) && filter.parameter.type === 'token' && !STATUS.includes(filter.name))
    .some(({ parameter, values, modifier }) => {
      if (modifier === 'missing' || modifier === 'not' || modifier === 'not-in') return false;
      const systems = values.flatMap((value) => {
        if (value.kind === 'set') return set.valueSets.systems(value.url);
        return value.kind === 'token' && value.token.system !== undefined ? [value.token.system] : [];
      });
      if (systems.length === 0) return false;
      const sets = values.some(({ kind }) => kind === 'set');
      const coded = tokens(parameter, resource, search).filter(({ code }) => code !== undefined);
      // A resource with codes of other systems is a near miss only if the rest of the search is narrow. Otherwise every
      // diagnosis of a person's life would be told.
      if (coded.length > 0 && sets && !windowed) return false;
      return !isMissing(parameter, resource) && !coded.some(({ system }) => systems.includes(system ?? ''));
    });
}

/** A request or plan of the same thing, where the purpose says how to find one. */
function planned({ item }: Selection, evaluation: Evaluation): NearMiss[] {
  if (item.planned === undefined) return [];
  const query = filledQuery(item.planned, evaluation);
  if (query === undefined) return [];
  return select(query, evaluation.search).map((resource) => ({ resource, reason: 'wrong-kind' }));
}

/** The sections with these codes that have no entry, and whether their narrative says something. */
function narrativesOf(
  codes: readonly string[],
  { record }: Evaluation,
): { place: NarrativePlace; text: boolean; nil: boolean }[] {
  if (codes.length === 0) return [];
  const found: { place: NarrativePlace; text: boolean; nil: boolean }[] = [];
  for (const resource of [...record.index.ofType('Composition')].sort(compareIds)) {
    const composition = resource as Composition;
    const visit = (sections: readonly CompositionSection[], path: string): void => {
      for (const [index, section] of sections.entries()) {
        const element = `${path}.section[${index}]`;
        const code = section.code?.coding?.find((one) => codes.includes(one.code ?? ''))?.code;
        if (code !== undefined) {
          const text = (section.entry ?? []).length === 0 && section.emptyReason === undefined && says(section);
          const place = {
            composition: composition.id ?? '',
            title: section.title ?? '',
            code,
            element: `${element}.text`,
          };
          const nil = section.emptyReason?.coding?.some((one) => one.code === 'nilknown') ?? false;
          found.push({ place, text, nil });
        }
        visit(section.section ?? [], element);
      }
    };
    visit(composition.section ?? [], `Composition/${composition.id ?? ''}`);
  }
  return found;
}

function says({ text }: CompositionSection): boolean {
  return (text?.div ?? '').replace(/<[^>]*>/g, '').trim() !== '';
}

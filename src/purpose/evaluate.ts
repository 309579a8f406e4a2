/** Asks the items of a purpose of one person's record: what is found, what is not accepted, what is missing, and why. */
import type { FhirResource } from 'fhir/r4.js';
import type { PersonRecord } from '../record/person-record.js';
import type { SearchContext } from '../search/match.js';
import { readQuery, type Query } from '../search/query.js';
import { compareIds, inOrder, select } from '../search/search.js';
import { sortTime } from '../search/time-range.js';
import { daysOf } from './days.js';
import { denial, statusPeeled } from './denied.js';
import type { LoadedPurpose, PurposeSet } from './load.js';
import type { ParameterValues } from './parameters.js';
import { SOURCE_KINDS, sourcesOf, type SourceKind, type SourceOf, type Sources } from '../record/source-kind.js';
import type { PurposeItem } from './purpose-file.js';
import { fill, fillQuery } from './template.js';

/** What every step needs. */
export interface Evaluation {
  readonly set: PurposeSet;
  readonly loaded: LoadedPurpose;
  readonly parameters: ParameterValues;
  readonly record: PersonRecord;
  readonly search: SearchContext;
  readonly sources: Sources;
  /** Resources that changed since the instant that the purpose asks about; absent where it asks about none. */
  readonly changed: ReadonlySet<string> | undefined;
  /** What the items above have found, by id. */
  readonly found: Map<string, readonly FhirResource[]>;
  /** FHIRPath that could not say: told, never passed over. */
  readonly failures: { readonly item: string; readonly resource: string; readonly message: string }[];
}

export interface Selection {
  readonly item: PurposeItem;
  /** Filled in and read; several mean or. Without those whose ValueSet is absent. */
  readonly queries: readonly Query[];
  /** ValueSets that the item wants and nobody has given. */
  readonly absentSets: readonly string[];
  readonly found: readonly FhirResource[];
  readonly values: ReadonlyMap<FhirResource, readonly unknown[]>;
  /** Found but for one thing: it says "not so", its status, whose statement it is, a signature, a value, when it arrived. */
  readonly turnedAway: readonly TurnedAway[];
}

export interface TurnedAway {
  readonly resource: FhirResource;
  readonly reason:
    | 'stated-absent'
    | 'wrong-status'
    | 'source-not-accepted'
    | 'not-signed'
    | 'value-absent'
    | 'receipt-unknown'
    | 'out-of-window'
    | 'date-absent';
  readonly source?: SourceOf;
}

export function startEvaluation(
  set: PurposeSet,
  loaded: LoadedPurpose,
  parameters: ParameterValues,
  record: PersonRecord,
  changed?: ReadonlySet<string>,
): Evaluation {
  return {
    set,
    loaded,
    parameters,
    record,
    search: { index: record.index, valueSets: set.valueSets, dates: loaded.purpose.dates ?? 'certain' },
    sources: sourcesOf(record, set.assemblers),
    changed,
    found: new Map(),
    failures: [],
  };
}

/** The value of a filling: a parameter, or the ids of what an item above has found. */
export function fillingOf({ parameters, found }: Evaluation): (name: string) => string | undefined {
  return (name) => {
    const resources = found.get(name);
    // An id that nothing has: what refers to nothing is asked for nothing.
    if (resources !== undefined) return resources.map(({ id }) => id ?? '').join(',') || NOTHING;
    return parameters.get(name);
  };
}

const NOTHING = 'urn:cairn:nothing';

/** A search of the purpose, filled in and read; undefined where it asks about parameters that nobody has given. */
export function queryOf(text: string, evaluation: Evaluation): Query | undefined {
  const filled = fillQuery(text, fillingOf(evaluation));
  return filled === undefined ? undefined : readQuery(filled);
}

export function selectItem(item: PurposeItem, evaluation: Evaluation): Selection {
  const { search, changed, sources } = evaluation;
  const all = [item.query].flat().flatMap((text) => queryOf(text, evaluation) ?? []);
  const absentSets = [...new Set(all.flatMap((query) => absentIn(query, evaluation)))];
  const queries = all.filter((query) => absentIn(query, evaluation).length === 0);
  const candidates = new Set<FhirResource>();
  const turnedAway: TurnedAway[] = [];
  for (const query of queries) {
    for (const resource of select(query, search)) {
      if (changed !== undefined && !changed.has(`${resource.resourceType}/${resource.id ?? ''}`)) continue;
      if (judged(item, resource, evaluation)) candidates.add(resource);
    }
  }
  // What has become refuted is news; otherwise it never counts.
  if (changed === undefined) {
    for (const resource of candidates) {
      const reason = denial(resource, queries, evaluation);
      if (reason === undefined) continue;
      candidates.delete(resource);
      turnedAway.push({ resource, reason });
    }
    const turned = new Set(turnedAway.map(({ resource }) => resource));
    for (const { resource, reason } of statusPeeled(item, queries, evaluation)) {
      if (candidates.has(resource) || turned.has(resource)) continue;
      turned.add(resource);
      turnedAway.push({ resource, reason });
    }
  }
  const values = new Map<FhirResource, readonly unknown[]>();
  const during = duringOf(item, evaluation);
  const accepted = [...candidates].filter((resource) => {
    const reason = refusal(item, resource, evaluation, values, during);
    if (reason === undefined) return true;
    turnedAway.push({
      resource,
      reason,
      ...(reason === 'source-not-accepted' ? { source: sources.of(resource) } : {}),
    });
    return false;
  });
  const ordered = ordering(queries, accepted, evaluation);
  const found = picked(item, ordered, queries, evaluation);
  return {
    item,
    queries,
    absentSets,
    found,
    values,
    turnedAway: turnedAway.sort((a, b) => compareIds(a.resource, b.resource)),
  };
}

function absentIn({ filters }: Query, { set }: Evaluation): string[] {
  return filters.flatMap((filter) =>
    (filter.chain ?? filter).values.flatMap((value) =>
      value.kind === 'set' && !set.valueSets.knows(value.url) ? [value.url] : [],
    ),
  );
}

/** What search can't say: `where`, and whether it belongs to a visit that an item above has found. */
export function judged(item: PurposeItem, resource: FhirResource, evaluation: Evaluation): boolean {
  if (item.visit !== undefined && !belongsTo(resource, evaluation.found.get(item.visit) ?? [], evaluation))
    return false;
  if (item.where === undefined) return true;
  return ask(item.id, item.where, resource, evaluation)[0] === true;
}

/** FHIRPath over a resource; what can't be said is nothing, and told. */
export function ask(
  item: string,
  text: string,
  focus: FhirResource,
  evaluation: Evaluation,
  more: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const expression = evaluation.loaded.expressions.get(text);
  if (expression === undefined) return [];
  try {
    const given: Record<string, unknown> = { ...variables(evaluation), ...more, resource: focus };
    // Each variable costs, whether it is named or not.
    return expression.evaluate(focus, Object.fromEntries(expression.names.map((name) => [name, given[name] ?? []])));
  } catch (error) {
    // Its message may quote a value.
    const message = error instanceof Error ? error.name : 'Error';
    evaluation.failures.push({ item, resource: `${focus.resourceType}/${focus.id ?? ''}`, message });
    return [];
  }
}

export function variables({ loaded, parameters, found }: Evaluation): Record<string, unknown> {
  // A parameter that nobody has given is nothing, not an error.
  const absent = Object.keys({ ...loaded.purpose.parameters }).map((name): [string, unknown] => [name, []]);
  return { ...Object.fromEntries(absent), ...Object.fromEntries(parameters), ...Object.fromEntries(found) };
}

/** It refers to the visit, the visit refers to it, or its document is of the visit. */
function belongsTo(resource: FhirResource, visits: readonly FhirResource[], { record }: Evaluation): boolean {
  return visits.some(
    (visit) =>
      record.index.referring(visit, resource.resourceType).includes(resource) ||
      record.index.referring(resource, visit.resourceType).includes(visit),
  );
}

function refusal(
  item: PurposeItem,
  resource: FhirResource,
  evaluation: Evaluation,
  values: Map<FhirResource, readonly unknown[]>,
  during: ReadonlySet<FhirResource> | undefined,
): TurnedAway['reason'] | undefined {
  if (!acceptedSources(item, evaluation).includes(evaluation.sources.of(resource).kind)) return 'source-not-accepted';
  if (during !== undefined) {
    const otherwise = notDuring(resource, during, evaluation);
    if (otherwise !== undefined) return otherwise;
  }
  if (item.received !== undefined) {
    const late = receivedIn(item.received, resource, evaluation);
    if (late !== undefined) return late;
  }
  if (item.needs === 'signature' && !isSigned(resource, evaluation)) return 'not-signed';
  if (item.value !== undefined) {
    const told = ask(item.id, item.value, resource, evaluation);
    if (told.length === 0) return 'value-absent';
    values.set(resource, told);
  }
  return undefined;
}

/** The documents and visits in which an item's facts must stand; undefined where it asks for none. */
function duringOf({ during }: PurposeItem, evaluation: Evaluation): ReadonlySet<FhirResource> | undefined {
  if (during === undefined) return undefined;
  const queries = during.flatMap((text) => queryOf(text, evaluation) ?? []);
  return new Set(queries.flatMap((query) => select(query, evaluation.search)));
}

/** A fact that no document is known of may be of any time. */
function notDuring(
  resource: FhirResource,
  during: ReadonlySet<FhirResource>,
  evaluation: Evaluation,
): 'out-of-window' | 'date-absent' | undefined {
  const documents = evaluation.sources.documents(resource);
  if (documents.some((document) => during.has(document)) || belongsTo(resource, [...during], evaluation))
    return undefined;
  return documents.length === 0 ? 'date-absent' : 'out-of-window';
}

export function acceptedSources(item: PurposeItem, { loaded }: Evaluation): readonly SourceKind[] {
  return item.sources ?? loaded.purpose.sources ?? SOURCE_KINDS;
}

/** A legal authenticator, or an authenticator, stands for the signature. */
function isSigned(resource: FhirResource, { sources }: Evaluation): boolean {
  return sources.documents(resource).some(({ authenticator }) => authenticator !== undefined);
}

/** Days of arrival are as intake tells them, in the zone that it tells. */
function receivedIn(
  [from, to]: readonly [string, string],
  resource: FhirResource,
  evaluation: Evaluation,
): 'receipt-unknown' | 'out-of-window' | undefined {
  const value = fillingOf(evaluation);
  const [first, last] = [fill(from, value), fill(to, value)];
  if (first === undefined || last === undefined) return undefined;
  const { documents } = evaluation.record;
  const days = evaluation.sources
    .documents(resource)
    .flatMap(({ id }) => documents.get(id ?? '')?.received?.slice(0, 10) ?? []);
  if (days.length === 0) return 'receipt-unknown';
  return days.some((day) => first <= day && day <= last) ? undefined : 'out-of-window';
}

/** By the `_sort` of its query; without one by type and id. */
function ordering(queries: readonly Query[], found: readonly FhirResource[], { search }: Evaluation): FhirResource[] {
  const sorted = queries.find(({ sort }) => sort.length > 0);
  if (sorted === undefined) return [...found].sort(compareIds);
  const byType = queries.flatMap((query) =>
    inOrder(
      query,
      found.filter(({ resourceType }) => resourceType === query.type),
      search,
    ),
  );
  return [...new Set(byType)];
}

function picked(
  item: PurposeItem,
  found: readonly FhirResource[],
  queries: readonly Query[],
  { search }: Evaluation,
): readonly FhirResource[] {
  const count = Math.max(0, ...queries.map((query) => query.count ?? Infinity));
  if (item.pick === undefined) return queries.length === 0 ? found : found.slice(0, count);
  const days = new Map<string, FhirResource[]>();
  for (const resource of found) {
    const query = queries.find(({ type }) => type === resource.resourceType);
    const day = query === undefined ? undefined : daysOf(query, resource, search)[0];
    if (day === undefined) continue;
    days.set(day, [...(days.get(day) ?? []), resource]);
  }
  const newestFirst = [...days.keys()].sort((a, b) => (a < b ? 1 : -1));
  if (item.pick === 'latest-day') return (days.get(newestFirst[0] ?? '') ?? []).slice(0, count);
  return newestFirst.flatMap((day) => days.get(day)?.slice(0, 1) ?? []).slice(0, count);
}

/** Newest first, for near misses. */
export function newest(resources: readonly FhirResource[], query: Query, { search }: Evaluation): FhirResource[] {
  const time = (resource: FhirResource): number => {
    const ranges = daysOf(query, resource, search, 'ranges');
    return Math.max(-Infinity, ...ranges.map(({ end }) => sortTime(end, 'from')).filter(Number.isFinite));
  };
  return [...resources].sort((a, b) => time(b) - time(a) || compareIds(a, b));
}

/** Asks the items of a purpose of one person's record: what is found, what is not accepted, what is missing, and why. */
import type { FhirResource } from 'fhir/r4.js';
import type { Query } from '../search/query.js';
import { compareIds, inSearchOrder, select } from '../search/search.js';
import { sortTime } from '../search/time-range.js';
import { ask, belongsTo, judged } from './ask.js';
import { daysOf } from './days.js';
import { denial, statusPeeled } from './denied.js';
import { SOURCE_KINDS, type SourceKind } from '../record/source-kind.js';
import type { PurposeItem } from './purpose-file.js';
import { filledQuery, fillingOf, type Evaluation, type Selection, type TurnedAway } from './evaluation.js';
import { fill } from './template.js';

export function selectItem(item: PurposeItem, evaluation: Evaluation): Selection {
  const { search, changed, sources } = evaluation;
  const all = [item.query].flat().flatMap((text) => filledQuery(text, evaluation) ?? []);
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
  // A fact that has become refuted is a change worth telling. In all other cases a refuted fact never counts.
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

/** The documents and visits that an item's facts must come from; undefined if the item does not restrict them. */
function duringOf({ during }: PurposeItem, evaluation: Evaluation): ReadonlySet<FhirResource> | undefined {
  if (during === undefined) return undefined;
  const queries = during.flatMap((text) => filledQuery(text, evaluation) ?? []);
  return new Set(queries.flatMap((query) => select(query, evaluation.search)));
}

/** If the document of a fact is not known, the fact may be of any time. */
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

/** A legal authenticator or an authenticator counts as a signature. */
function isSigned(resource: FhirResource, { sources }: Evaluation): boolean {
  return sources.documents(resource).some(({ authenticator }) => authenticator !== undefined);
}

/** Dates of arrival come from intake, in the zone that intake tells. */
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

/** Sorted by the `_sort` of its query, or else by type and id. */
function ordering(queries: readonly Query[], found: readonly FhirResource[], { search }: Evaluation): FhirResource[] {
  const sorted = queries.find(({ sort }) => sort.length > 0);
  if (sorted === undefined) return [...found].sort(compareIds);
  const byType = queries.flatMap((query) =>
    inSearchOrder(
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

/** The newest first, for near misses. */
export function newest(resources: readonly FhirResource[], query: Query, { search }: Evaluation): FhirResource[] {
  const time = (resource: FhirResource): number => {
    const ranges = daysOf(query, resource, search, 'ranges');
    return Math.max(-Infinity, ...ranges.map(({ end }) => sortTime(end, 'from')).filter(Number.isFinite));
  };
  return [...resources].sort((a, b) => time(b) - time(a) || compareIds(a, b));
}

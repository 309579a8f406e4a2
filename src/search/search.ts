import type { FhirResource } from 'fhir/r4.js';
import { matches, timeRanges, tokens, valuesOnPath, type SearchContext } from './match.js';
import type { Query } from './query.js';
import type { SearchParameter } from './search-parameters.js';
import { sortTime } from './time-range.js';

export interface SearchResult {
  /** In the order that the query wants, ids deciding where it says nothing. */
  readonly matches: readonly FhirResource[];
  /** What `_include` and `_revinclude` bring, each once. */
  readonly included: readonly FhirResource[];
}

/**
 * Runs a search over the resources of a record.
 *
 *   search(readQuery('Condition?clinical-status=active'), { index, valueSets, dates: 'certain' }).matches
 */
export function search(query: Query, context: SearchContext): SearchResult {
  const found = inSearchOrder(query, select(query, context), context);
  const counted = query.count === undefined ? found : found.slice(0, query.count);
  return { matches: counted, included: includedBy(query, counted, context) };
}

/** What meets all filters, in the order of the record. */
export function select(query: Pick<Query, 'type' | 'filters'>, context: SearchContext): FhirResource[] {
  return context.index
    .ofType(query.type)
    .filter((resource) => query.filters.every((filter) => matches(filter, resource, context)));
}

/** Sorted by `_sort`, then by id, so that the order in which documents came has no effect. */
export function inSearchOrder(
  query: Pick<Query, 'sort'>,
  found: readonly FhirResource[],
  context: SearchContext,
): FhirResource[] {
  const keys = new Map(found.map((one) => [one, query.sort.map((by) => sortKey(by, one, context))]));
  return [...found].sort((a, b) => {
    const [one, other] = [keys.get(a)!, keys.get(b)!];
    for (const [index, { descending }] of query.sort.entries()) {
      const [left, right] = [one[index], other[index]];
      if (left === right) continue;
      // Resources without a value come last, in either direction.
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      return left < right === descending ? 1 : -1;
    }
    return compareIds(a, b);
  });
}

export function compareIds(a: FhirResource, b: FhirResource): number {
  if (a.resourceType !== b.resourceType) return a.resourceType < b.resourceType ? -1 : 1;
  const [one = '', other = ''] = [a.id, b.id];
  return one < other ? -1 : one > other ? 1 : 0;
}

function sortKey(
  { parameter, descending }: Query['sort'][number],
  resource: FhirResource,
  context: SearchContext,
): string | number | undefined {
  const keys = keysOf(parameter, resource, descending, context);
  if (keys.length === 0) return undefined;
  return keys.reduce((best, key) => (key > best === descending ? key : best));
}

function keysOf(
  parameter: SearchParameter,
  resource: FhirResource,
  descending: boolean,
  context: SearchContext,
): (string | number)[] {
  switch (parameter.type) {
    case 'date':
      return timeRanges(parameter, resource, context)
        .map((range) => (descending ? sortTime(range.end, 'from') : sortTime(range.start, 'from')))
        .filter((time) => Number.isFinite(time));
    case 'token':
      return tokens(parameter, resource, context).flatMap(({ code }) => (code === undefined ? [] : [code]));
    default:
      return parameter.paths
        .flatMap((path) => valuesOnPath(resource, path))
        .flatMap((value) => {
          const key = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
          return typeof key === 'string' || typeof key === 'number' ? [key] : [];
        });
  }
}

function includedBy(query: Query, found: readonly FhirResource[], context: SearchContext): FhirResource[] {
  const { index } = context;
  const included = new Set<FhirResource>();
  for (const resource of found) {
    for (const { type, parameter } of query.include) {
      if (resource.resourceType !== type) continue;
      for (const target of targetsOf(parameter, resource, context)) included.add(target);
    }
    for (const { type, parameter } of query.revinclude) {
      for (const from of index.referring(resource, type)) {
        if (targetsOf(parameter, from, context).includes(resource)) included.add(from);
      }
    }
  }
  for (const resource of found) included.delete(resource);
  return [...included].sort(compareIds);
}

function targetsOf(parameter: SearchParameter, resource: FhirResource, { index }: SearchContext): FhirResource[] {
  return parameter.paths
    .flatMap((path) => valuesOnPath(resource, path))
    .flatMap((value) => {
      const reference = (value as { reference?: string }).reference;
      const target = reference === undefined ? undefined : index.resolve(reference);
      return target === undefined ? [] : [target];
    });
}

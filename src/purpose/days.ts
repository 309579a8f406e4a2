import type { FhirResource } from 'fhir/r4.js';
import { timeRanges, type SearchContext } from '../search/match.js';
import type { Query } from '../search/query.js';
import { searchParameter, type SearchParameter } from '../search/search-parameters.js';
import type { TimeRange } from '../search/time-range.js';

/** The date parameter of a type that a query without a date uses. */
const USUAL = ['date', 'onset-date', 'occurrence', 'authored', 'recorded-date', 'authoredon'];

/** The date parameter that a query filters or sorts by, or else the usual one of its type. */
export function dateParameter({ type, filters, sort }: Query): SearchParameter | undefined {
  const asked = [...filters.map(({ parameter }) => parameter), ...sort.map(({ parameter }) => parameter)];
  const own = asked.find((parameter) => parameter.type === 'date');
  if (own !== undefined) return own;
  return usualDate(type);
}

export function usualDate(type: string): SearchParameter | undefined {
  return USUAL.map((name) => searchParameter(type, name)).find((parameter) => parameter !== undefined);
}

/** The dates of a resource as its source wrote them, or as spans of time. */
export function daysOf(query: Query, resource: FhirResource, search: SearchContext): string[];
export function daysOf(query: Query, resource: FhirResource, search: SearchContext, form: 'ranges'): TimeRange[];
export function daysOf(
  query: Query,
  resource: FhirResource,
  search: SearchContext,
  form?: 'ranges',
): string[] | TimeRange[] {
  const parameter = dateParameter(query);
  const ranges = parameter === undefined ? [] : timeRanges(parameter, resource, search);
  if (form === 'ranges') return ranges;
  return ranges.flatMap(({ start, end }) => {
    const at = Number.isFinite(start.from) ? start.from : end.from;
    return Number.isFinite(at) ? [new Date(at).toISOString().slice(0, 10)] : [];
  });
}

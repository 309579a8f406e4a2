import type { DataRequirement } from 'fhir/r4.js';
import type { Filter, Query, WantedValue } from '../search/query.js';

/** The searches of an item as FHIR describes them: a DataRequirement each. */
export function dataRequirements(queries: readonly Query[], absentSets: readonly string[]): DataRequirement[] {
  const found = queries.map(requirementOf);
  if (found.length > 0) return found;
  return absentSets.map((url) => ({ type: 'Resource', codeFilter: [{ searchParam: 'code', valueSet: url }] }));
}

function requirementOf({ type, filters, count, sort }: Query): DataRequirement {
  const codeFilter = filters.filter(({ parameter }) => parameter.type === 'token').flatMap(codeFilterOf);
  const dateFilter = dateFilters(filters);
  return {
    type: type as DataRequirement['type'],
    ...(codeFilter.length === 0 ? {} : { codeFilter }),
    ...(dateFilter.length === 0 ? {} : { dateFilter }),
    ...(count === undefined || count === 0 ? {} : { limit: count }),
    ...(sort.length === 0
      ? {}
      : {
          sort: sort.map(({ parameter, descending }) => ({
            path: parameter.paths[0]!.steps.join('.'),
            direction: descending ? ('descending' as const) : ('ascending' as const),
          })),
        }),
  };
}

/** A DataRequirement has no filter that excludes, so such a filter is left out. */
function codeFilterOf({ name, modifier, values, chain }: Filter): NonNullable<DataRequirement['codeFilter']> {
  if (chain !== undefined || modifier === 'not' || modifier === 'not-in' || modifier === 'missing') return [];
  const sets = values.flatMap((value) => (value.kind === 'set' ? [value.url] : []));
  if (sets.length > 0) return sets.map((valueSet) => ({ searchParam: name, valueSet }));
  const code = values.flatMap((value: WantedValue) =>
    value.kind === 'token' && value.token.code !== undefined
      ? [{ ...(value.token.system === undefined ? {} : { system: value.token.system }), code: value.token.code }]
      : [],
  );
  return code.length === 0 ? [] : [{ searchParam: name, code }];
}

/** `ge` and `le` of one parameter make one period. */
function dateFilters(filters: readonly Filter[]): NonNullable<DataRequirement['dateFilter']> {
  const periods = new Map<string, { start?: string; end?: string }>();
  for (const { name, values } of filters) {
    const [value] = values;
    if (value?.kind !== 'date') continue;
    const period = periods.get(name) ?? {};
    const date = value.text.replace(/^[a-z]{2}/, '');
    if (['ge', 'gt', 'sa', 'eq'].includes(value.prefix)) period.start = date;
    if (['le', 'lt', 'eb', 'eq'].includes(value.prefix)) period.end = date;
    periods.set(name, period);
  }
  return [...periods].map(([searchParam, valuePeriod]) => ({ searchParam, valuePeriod }));
}

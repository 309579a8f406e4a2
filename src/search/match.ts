import type { FhirResource } from 'fhir/r4.js';
import { quantityMatches } from './quantity.js';
import type { Filter, WantedValue } from './query.js';
import type { ResourceIndex } from './resource-index.js';
import type { SearchParameter, SearchPath } from './search-parameters.js';
import { dateMatches, moment, period, type DateReading, type TimeRange } from './time-range.js';
import { textMatches, tokenIn, tokenMatches, tokensOf, type Token } from './token.js';
import type { ValueSetIndex } from './value-set.js';

/** The resources and sets that a search is evaluated with. */
export interface SearchContext {
  readonly index: ResourceIndex;
  readonly valueSets: ValueSetIndex;
  readonly dates: DateReading;
}

/** Whether a resource of the query's type is as the filter wants it. */
export function matches(filter: Filter, resource: FhirResource, context: SearchContext): boolean {
  if (filter.has !== undefined) return hasReferring(filter, resource, context);
  if (filter.chain !== undefined) return leadsTo(filter, resource, context);
  const { parameter, modifier, values } = filter;
  const first = values[0];
  if (first?.kind === 'missing') return isMissing(parameter, resource) === first.missing;
  switch (parameter.type) {
    case 'token':
      return tokenFilter(filter, tokens(parameter, resource, context), context);
    case 'date': {
      const ranges = timeRanges(parameter, resource, context);
      return values.some(
        (value) =>
          value.kind === 'date' && ranges.some((range) => dateMatches(value.prefix, range, value.span, context.dates)),
      );
    }
    case 'quantity':
    case 'number': {
      const found = parameter.paths.flatMap((path) => valuesOnPath(resource, path).map((value) => numeric(value)));
      return values.some(
        (value) => value.kind === 'quantity' && found.some((fact) => quantityMatches(fact, value.quantity)),
      );
    }
    case 'reference':
      return references(parameter, resource, context).some((reference) =>
        values.some((value) => value.kind === 'text' && refersTo(reference, value.text, filter, context)),
      );
    case 'string':
    case 'uri': {
      const found = parameter.paths.flatMap((path) =>
        valuesOnPath(resource, path).flatMap((value) => textsOf(value, path.type)),
      );
      return values.some(
        (value) =>
          value.kind === 'text' && found.some((text) => sameText(text, value.text, modifier, parameter.type === 'uri')),
      );
    }
  }
}

function numeric(value: unknown): unknown {
  return typeof value === 'number' ? { value } : value;
}

/** Whether none of the elements has a value. An element with only a reason for its absence has none. */
export function isMissing(parameter: SearchParameter, resource: FhirResource): boolean {
  return parameter.paths.every((path) => valuesOnPath(resource, path).length === 0);
}

function tokenFilter({ modifier, values }: Filter, found: readonly Token[], context: SearchContext): boolean {
  const wanted = (value: WantedValue): boolean => {
    if (value.kind === 'set') return found.some((token) => tokenIn(token, value.url, context.valueSets));
    if (value.kind !== 'token') return false;
    if (modifier === 'text') return found.some((token) => textMatches(token, value.text));
    return found.some((token) => tokenMatches(token, value.token));
  };
  return modifier === 'not' || modifier === 'not-in' ? !values.some(wanted) : values.some(wanted);
}

/** The tokens that a parameter finds in a resource; kept, since many searches ask for `code`. */
export function tokens(parameter: SearchParameter, resource: FhirResource, { index }: SearchContext): Token[] {
  return kept(index, resource, parameter, () =>
    parameter.paths.flatMap((path) => valuesOnPath(resource, path).flatMap((value) => tokensOf(value, path.type))),
  );
}

/** The spans of time that a parameter finds in a resource. */
export function timeRanges(parameter: SearchParameter, resource: FhirResource, { index }: SearchContext): TimeRange[] {
  return kept(index, resource, parameter, () =>
    parameter.paths.flatMap((path) => valuesOnPath(resource, path).flatMap((value) => rangesOf(value, path.type))),
  );
}

function kept<T>(index: ResourceIndex, resource: FhirResource, { name, type }: SearchParameter, find: () => T): T {
  let own = index.kept.get(resource);
  if (own === undefined) index.kept.set(resource, (own = new Map<string, unknown>()));
  const key = `${type}:${name}`;
  if (!own.has(key)) own.set(key, find());
  return own.get(key) as T;
}

interface Timing {
  readonly event?: readonly string[];
  readonly repeat?: { readonly boundsPeriod?: { readonly start?: string; readonly end?: string } };
}

function rangesOf(value: unknown, type: string): TimeRange[] {
  if (typeof value === 'string') return present(moment(value));
  if (typeof value !== 'object' || value === null) return [];
  if (type === 'Timing') {
    const { event = [], repeat } = value as Timing;
    const bounds = repeat?.boundsPeriod;
    return [...event.flatMap((one) => present(moment(one))), ...present(period(bounds?.start, bounds?.end))];
  }
  const { start, end } = value as { start?: string; end?: string };
  return present(period(start, end));
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

interface Reference {
  readonly reference?: string;
  readonly identifier?: { readonly system?: string; readonly value?: string };
}

function references(parameter: SearchParameter, resource: FhirResource, { index }: SearchContext): Reference[] {
  return parameter.paths.flatMap((path) =>
    valuesOnPath(resource, path)
      .map((value) => (typeof value === 'string' ? { reference: value } : (value as Reference)))
      .filter(({ reference }) => {
        if (path.target === undefined) return true;
        return reference !== undefined && index.resolve(reference)?.resourceType === path.target;
      }),
  );
}

function refersTo(reference: Reference, wanted: string, filter: Filter, { index }: SearchContext): boolean {
  if (filter.modifier === 'identifier') {
    const { system, value } = reference.identifier ?? {};
    return value !== undefined && tokenMatches({ system, code: value }, wantedIdentifier(wanted));
  }
  if (reference.reference === undefined) return false;
  if (reference.reference === wanted) return true;
  const target = index.resolve(reference.reference);
  if (target === undefined) return reference.reference.endsWith(`/${wanted}`);
  if (filter.target !== undefined && target.resourceType !== filter.target) return false;
  const id = target.id ?? '';
  return wanted === id || wanted === `${target.resourceType}/${id}` || wanted === `urn:uuid:${id}`;
}

function wantedIdentifier(text: string): { system?: string; code: string } {
  const bar = text.indexOf('|');
  return bar === -1 ? { code: text } : { system: text.slice(0, bar), code: text.slice(bar + 1) };
}

function leadsTo({ parameter, chain, target }: Filter, resource: FhirResource, context: SearchContext): boolean {
  return references(parameter, resource, context).some(({ reference }) => {
    const found = reference === undefined ? undefined : context.index.resolve(reference);
    return found !== undefined && found.resourceType === target && matches(chain!, found, context);
  });
}

function hasReferring({ parameter, chain, has }: Filter, resource: FhirResource, context: SearchContext): boolean {
  return context.index
    .referring(resource, has!)
    .some(
      (from) =>
        references(parameter, from, context).some(
          ({ reference }) => reference !== undefined && context.index.resolve(reference) === resource,
        ) && matches(chain!, from, context),
    );
}

interface Name {
  readonly text?: string;
  readonly family?: string;
  readonly given?: readonly string[];
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
  readonly line?: readonly string[];
  readonly city?: string;
  readonly district?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

/** Any part of a name or an address counts (FHIR R4 3.1.1.4.8). */
function textsOf(value: unknown, type: string): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (type === 'CodeableConcept') return present((value as Name).text);
  const { text, family, given, prefix, suffix, line, city, district, state, postalCode, country } = value as Name;
  const single = [text, family, city, district, state, postalCode, country].filter((one) => one !== undefined);
  return [...single, ...(given ?? []), ...(prefix ?? []), ...(suffix ?? []), ...(line ?? [])];
}

function sameText(text: string, wanted: string, modifier: Filter['modifier'], uri: boolean): boolean {
  if (uri) return modifier === 'below' ? text.startsWith(wanted) : text === wanted;
  if (modifier === 'exact') return text === wanted;
  const [here, there] = [plain(text), plain(wanted)];
  return modifier === 'contains' ? here.includes(there) : here.startsWith(there);
}

/** Without case and accents (FHIR R4 3.1.1.4.8). */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The values at a path, with lists opened. */
export function valuesOnPath(resource: FhirResource, { steps, system }: SearchPath): unknown[] {
  let found: unknown[] = [resource];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const one of found) {
      if (typeof one !== 'object' || one === null) continue;
      const value = (one as Record<string, unknown>)[step];
      if (Array.isArray(value)) next.push(...(value as unknown[]));
      else if (value !== undefined) next.push(value);
    }
    found = next;
  }
  return found.filter(
    (value) => isValue(value) && (system === undefined || (value as Name & { system?: string }).system === system),
  );
}

/** Whether it has a value: extensions alone only say why there is none. */
function isValue(value: unknown): boolean {
  if (value === null) return false;
  return typeof value !== 'object' || Object.keys(value).some((key) => key !== 'extension' && key !== 'id');
}

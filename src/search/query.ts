import { suggestion } from '../xpath/nearest.js';
import { readQuantity, type WantedQuantity } from './quantity.js';
import { SearchError } from './search-error.js';
import {
  isSearchable,
  parameterNames,
  searchableTypes,
  searchParameter,
  type ParameterType,
  type SearchParameter,
} from './search-parameters.js';
import { PREFIXES, readTime, type Prefix, type TimeSpan } from './time-range.js';
import { readToken, type WantedToken } from './token.js';

/** A search that has been read and checked. */
export interface Query {
  readonly type: string;
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly sort: readonly { readonly parameter: SearchParameter; readonly descending: boolean }[];
  readonly count: number | undefined;
  /** `MedicationRequest:medication` */
  readonly include: readonly { readonly type: string; readonly parameter: SearchParameter }[];
  /** `Provenance:target` */
  readonly revinclude: readonly { readonly type: string; readonly parameter: SearchParameter }[];
}

export type Modifier = 'not' | 'in' | 'not-in' | 'missing' | 'text' | 'exact' | 'contains' | 'identifier' | 'below';

/** One `name=value,value`; a resource need match only one of the values. */
export interface Filter {
  /** As it was written: `date=ge2023-01-10`. */
  readonly text: string;
  readonly name: string;
  readonly parameter: SearchParameter;
  readonly modifier: Modifier | undefined;
  readonly values: readonly WantedValue[];
  /** `medication.code`: the filter that the resource must meet that the reference leads to. */
  readonly chain?: Filter;
  /** `subject:Patient`: only references to this type. */
  readonly target?: string;
  /** `_has:Provenance:target:agent=…`: a resource of this type refers to it by `parameter`, and matches `chain`. */
  readonly has?: string;
}

export type WantedValue =
  | { readonly kind: 'token'; readonly token: WantedToken; readonly text: string }
  | { readonly kind: 'set'; readonly url: string }
  | { readonly kind: 'date'; readonly prefix: Prefix; readonly span: TimeSpan; readonly text: string }
  | { readonly kind: 'quantity'; readonly quantity: WantedQuantity }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing'; readonly missing: boolean };

const MODIFIERS: Readonly<Record<ParameterType, readonly Modifier[]>> = {
  token: ['not', 'in', 'not-in', 'missing', 'text'],
  date: ['missing'],
  quantity: ['missing'],
  number: ['missing'],
  reference: ['missing', 'identifier'],
  string: ['exact', 'contains', 'missing'],
  uri: ['below', 'missing'],
};

const RESULTS = ['_sort', '_count', '_include', '_revinclude'];

/**
 * Reads a FHIR search of one type, and refuses what would not be looked at: a filter that is passed over in silence finds
 * too much.
 *
 *   readQuery('Observation?code:in=https://example.org/ValueSet/hba1c&date=ge2023-01-01&_sort=-date&_count=1')
 *
 * @throws SearchError
 */
export function readQuery(text: string): Query {
  const mark = text.indexOf('?');
  const type = mark === -1 ? text : text.slice(0, mark);
  if (!isSearchable(type)) {
    throw new SearchError(`there is no search of ${type || 'nothing'}${suggestion(type, searchableTypes())}`, 0);
  }
  const filters: Filter[] = [];
  const sort: Query['sort'][number][] = [];
  const include: Query['include'][number][] = [];
  const revinclude: Query['include'][number][] = [];
  let count: number | undefined;
  for (const { name, value, offset } of partsOf(text, mark)) {
    const at = offset + name.length + 1;
    if (name === '_sort') {
      for (const key of value.split(',')) {
        const descending = key.startsWith('-');
        sort.push({ parameter: parameterOf(type, descending ? key.slice(1) : key, at), descending });
      }
    } else if (name === '_count') {
      if (!/^\d+$/.test(value)) throw new SearchError(`_count is a number, not ${value}`, at);
      count = Number(value);
    } else if (name === '_include') {
      include.push(readInclude(value, at));
    } else if (name === '_revinclude') {
      revinclude.push(readInclude(value, at));
    } else {
      filters.push(readFilter(type, name, value, offset));
    }
  }
  return { type, filters, sort, count, include, revinclude };
}

function partsOf(text: string, mark: number): { name: string; value: string; offset: number }[] {
  if (mark === -1) return [];
  const parts: { name: string; value: string; offset: number }[] = [];
  let offset = mark + 1;
  for (const part of text.slice(mark + 1).split('&')) {
    if (part !== '') {
      const equals = part.indexOf('=');
      if (equals === -1) throw new SearchError(`${part} has no value`, offset);
      parts.push({ name: part.slice(0, equals), value: decode(part.slice(equals + 1), offset), offset });
    }
    offset += part.length + 1;
  }
  return parts;
}

function decode(text: string, offset: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SearchError('a % without two hexadecimal digits behind it', offset);
  }
}

function parameterOf(type: string, name: string, offset: number): SearchParameter {
  const parameter = searchParameter(type, name);
  if (parameter === undefined) {
    const known = [...parameterNames(type), ...RESULTS];
    throw new SearchError(`${type} has no search parameter ${name}${suggestion(name, known)}`, offset);
  }
  return parameter;
}

function readInclude(value: string, offset: number): Query['include'][number] {
  const [type = '', name = ''] = value.split(':');
  if (!isSearchable(type))
    throw new SearchError(`there is no search of ${type}${suggestion(type, searchableTypes())}`, offset);
  const parameter = parameterOf(type, name, offset);
  if (parameter.type !== 'reference') throw new SearchError(`${type}:${name} is no reference`, offset);
  return { type, parameter };
}

function readFilter(type: string, name: string, value: string, offset: number): Filter {
  const text = `${name}=${value}`;
  if (name.startsWith('_has:')) return readHas(type, name, value, offset);
  const dot = name.indexOf('.');
  if (dot !== -1) return readChain(type, name, dot, value, offset);
  const [bare, modifier] = splitModifier(name);
  const parameter = parameterOf(type, bare, offset);
  if (parameter.type === 'reference' && modifier !== undefined && isSearchable(modifier)) {
    const values = split(value).map((one): WantedValue => ({ kind: 'text', text: one }));
    return { text, name: bare, parameter, modifier: undefined, values, target: modifier };
  }
  const known = MODIFIERS[parameter.type];
  const found = known.find((one) => one === modifier);
  if (modifier !== undefined && found === undefined) {
    throw new SearchError(`:${modifier} can't be asked of a ${parameter.type}${suggestion(modifier, known)}`, offset);
  }
  const values = valuesOf(parameter, found, value, offset + name.length + 1);
  return { text, name: bare, parameter, modifier: found, values };
}

function splitModifier(name: string): [string, string | undefined] {
  const colon = name.indexOf(':');
  return colon === -1 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** `medication.code:in=…`, `subject:Patient.birthdate=…` */
function readChain(type: string, name: string, dot: number, value: string, offset: number): Filter {
  const [bare, asked] = splitModifier(name.slice(0, dot));
  const parameter = parameterOf(type, bare, offset);
  if (parameter.type !== 'reference')
    throw new SearchError(`${bare} is no reference: nothing can stand behind it`, offset);
  const candidates = asked === undefined ? (parameter.targets ?? []) : [asked];
  const rest = name.slice(dot + 1);
  const wanted = splitModifier(rest.split('.')[0]!)[0];
  const target = candidates.find((one) => isSearchable(one) && searchParameter(one, wanted) !== undefined);
  if (target === undefined) {
    const known = candidates.filter(isSearchable).flatMap(parameterNames);
    throw new SearchError(
      `nothing that ${bare} leads to has a search parameter ${wanted}${suggestion(wanted, known)}`,
      offset,
    );
  }
  const chain = readFilter(target, rest, value, offset + dot + 1);
  return { text: `${name}=${value}`, name: bare, parameter, modifier: undefined, values: [], chain, target };
}

/** `_has:Provenance:target:recorded=…` */
function readHas(type: string, name: string, value: string, offset: number): Filter {
  const [, from = '', by = '', ...rest] = name.split(':');
  if (!isSearchable(from))
    throw new SearchError(`there is no search of ${from}${suggestion(from, searchableTypes())}`, offset);
  const parameter = parameterOf(from, by, offset);
  if (parameter.type !== 'reference') throw new SearchError(`${from}:${by} is no reference`, offset);
  if (parameter.targets !== undefined && !parameter.targets.includes(type)) {
    throw new SearchError(`${from}:${by} doesn't lead to ${type}`, offset);
  }
  if (rest.length === 0)
    throw new SearchError('_has needs type, reference and parameter: _has:Provenance:target:recorded', offset);
  const chain = readFilter(from, rest.join(':'), value, offset);
  return { text: `${name}=${value}`, name: '_has', parameter, modifier: undefined, values: [], chain, has: from };
}

function valuesOf(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  value: string,
  offset: number,
): WantedValue[] {
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw new SearchError(`:missing is true or false, not ${value}`, offset);
    return [{ kind: 'missing', missing: value === 'true' }];
  }
  return split(value).map((one) => valueOf(parameter, modifier, one, offset));
}

function valueOf(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  text: string,
  offset: number,
): WantedValue {
  if (text === '') throw new SearchError(`${parameter.name} has an empty value`, offset);
  switch (parameter.type) {
    case 'token':
      if (modifier === 'in' || modifier === 'not-in') return { kind: 'set', url: text };
      return { kind: 'token', token: readToken(text), text };
    case 'date': {
      const { prefix, rest } = prefixOf(text);
      const span = readTime(rest);
      if (span === undefined) throw new SearchError(`${rest} is no date`, offset);
      if (prefix === 'ap')
        throw new SearchError('ap compares with the present day, and there is no clock here', offset);
      return { kind: 'date', prefix, span, text };
    }
    case 'quantity':
    case 'number': {
      const { prefix, rest } = prefixOf(text);
      const quantity = readQuantity(prefix, rest);
      if (quantity === undefined) throw new SearchError(`${rest} is no number`, offset);
      return { kind: 'quantity', quantity };
    }
    default:
      return { kind: 'text', text };
  }
}

function prefixOf(text: string): { prefix: Prefix; rest: string } {
  const prefix = PREFIXES.find((one) => text.startsWith(one));
  return prefix === undefined ? { prefix: 'eq', rest: text } : { prefix, rest: text.slice(2) };
}

/** At commas; `\,` and `\\` stand for themselves, `\|` and `\$` too (FHIR R4 3.1.1.4.0.1). */
function split(value: string): string[] {
  const parts = value.match(/(?:[^\\,]|\\.)+|(?<=^|,)(?=,|$)/g) ?? [''];
  return parts.map((part) => part.replace(/\\([,|$\\])/g, '$1'));
}

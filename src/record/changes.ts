/** What is new, changed or gone between two states of a record (SPEC of purposes, 4.4). */
import { isDeepStrictEqual } from 'node:util';
import type { DocumentReference, FhirResource } from 'fhir/r4.js';
import { resourceKey } from '../bundle/address.js';
import type { CategoryTable } from '../category/category-table.js';
import { OptionError } from '../option-error.js';
import { readTime } from '../search/time-range.js';
import { buildRecords, type RecordOptions } from './build-records.js';
import { contains } from './union.js';
import { factKeys, valuesOf } from './fact-key.js';
import type { PersonRecord } from './person-record.js';
import { readRecordDocument } from './read-document.js';

export type ChangeKind = 'new' | 'status-changed' | 'ended' | 'value-changed' | 'conflict' | 'withdrawn';

export interface Change {
  /** `Condition/…` */
  readonly resource: string;
  readonly kind: ChangeKind;
  /** For a new fact: whether it also began in the period. Undefined if no date says so. */
  readonly begun?: boolean;
  readonly element?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface CategoryChange {
  readonly kind: 'gained' | 'lost' | 'moved';
  readonly table: string;
  readonly category: string;
  readonly label?: string;
  /** For a category that has moved: the category it has moved to. */
  readonly to?: string;
  readonly resources: readonly string[];
}

export interface RecordChanges {
  /** How many facts have not changed. */
  readonly same: number;
  readonly changes: readonly Change[];
  readonly categories: readonly CategoryChange[];
}

/** People, places and proof: they come with facts, and are not facts themselves. */
const NO_FACTS = new Set(factKeys.noFacts);

/** Elements that tell when a thing is or begins: names of FHIR's elements, with choices open. */
const BEGINS = ['onset', 'effective', 'performed', 'occurrence', 'period', 'authoredOn', 'date', 'start'];
const STATUS = ['status', 'clinicalStatus', 'verificationStatus'];
const ENDS = ['abatement[x]', 'abatement'];

export interface ChangesOptions {
  /** A fact that begins on this day or later is newly begun. By default it is the date of the last earlier document. */
  readonly from?: string;
  /** Tables of categories. The changes then tell which categories were gained, lost or moved. */
  readonly tables?: readonly CategoryTable[];
}

/**
 * What `after` says that `before` did not. An element that a later document is silent about is no change.
 *
 *   changes(before, after).changes // [{ resource: 'Condition/…', kind: 'new', begun: false }, …]
 */
export function changes(
  before: PersonRecord | undefined,
  after: PersonRecord,
  { from = lastDay(before), tables = [] }: ChangesOptions = {},
): RecordChanges {
  const known = new Map(before?.resources.map((resource) => [resourceKey(renamed(resource, after)), resource]));
  const conflicts = new Map<string, PersonRecord['conflicts'][number][]>();
  for (const conflict of after.conflicts) {
    conflicts.set(conflict.resource, [...(conflicts.get(conflict.resource) ?? []), conflict]);
  }
  const found: Change[] = [];
  let same = 0;
  for (const resource of after.resources) {
    if (NO_FACTS.has(resource.resourceType)) continue;
    const earlier = known.get(resourceKey(resource));
    if (earlier === undefined) {
      const begun = from === undefined ? undefined : beginsFrom(resource, from);
      found.push({ resource: resourceKey(resource), kind: 'new', ...(begun === undefined ? {} : { begun }) });
      continue;
    }
    const own = differences(earlier, resource, conflicts.get(resourceKey(resource)) ?? []);
    if (own.length === 0) same++;
    found.push(...own);
  }
  for (const { resource } of after.withdrawn) {
    if (NO_FACTS.has(resource.resourceType) || after.index.resolve(resourceKey(resource)) !== undefined) continue;
    if (known.has(resourceKey(resource))) found.push({ resource: resourceKey(resource), kind: 'withdrawn' });
  }
  return { same, changes: found, categories: tables.flatMap((table) => categoryChanges(before, after, table)) };
}

/** Its id in the later record, in case it has been joined with another resource there. */
function renamed(
  { resourceType, id = '' }: FhirResource,
  { joined }: PersonRecord,
): { resourceType: string; id: string } {
  return { resourceType, id: joined.get(id) ?? id };
}

function differences(
  before: FhirResource,
  after: FhirResource,
  conflicts: readonly PersonRecord['conflicts'][number][],
): Change[] {
  const resource = resourceKey(after);
  const found: Change[] = [];
  const one = before as unknown as Record<string, unknown>;
  const other = after as unknown as Record<string, unknown>;
  for (const element of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (['id', 'meta', 'text', 'resourceType', 'identifier'].includes(element) || element.startsWith('_')) continue;
    const [was, is] = [one[element], other[element]];
    // A later document need not repeat a value: the union keeps it.
    if (isDeepStrictEqual(was, is) || (was !== undefined && contains(was, is))) continue;
    const bare = element.replace(/(DateTime|Period|Age|Range|String)$/, '');
    if (STATUS.includes(element))
      found.push({ resource, kind: 'status-changed', element, before: codeOf(was), after: codeOf(is) });
    else if (ENDS.includes(bare) || (was === undefined && element === 'abatementDateTime')) {
      found.push({ resource, kind: 'ended', element, before: was, after: is });
    } else found.push({ resource, kind: 'value-changed', element, before: was, after: is });
  }
  for (const { element, kind, values } of conflicts) {
    const bare = element.replace('[x]', '');
    if (element === 'text' || element === 'meta') continue;
    if (found.some((change) => change.element?.startsWith(bare))) continue;
    if (kind === 'conflict' || values.length > 1) {
      found.push({ resource, kind: 'conflict', element, before: values.at(-1)?.value, after: values[0]?.value });
    }
  }
  return found;
}

/** Of a concept the code, because people compare codes. */
function codeOf(value: unknown): unknown {
  const code = (value as { coding?: readonly { code?: string }[] } | undefined)?.coding?.[0]?.code;
  return code ?? value;
}

function beginsFrom(resource: FhirResource, from: string): boolean | undefined {
  const first = BEGINS.flatMap((name) => valuesOf(resource, `${name}@day`))[0];
  return first === undefined ? undefined : first >= from.slice(0, 10);
}

/** The date of the newest document. */
function lastDay(record: PersonRecord | undefined): string | undefined {
  const days = [...(record?.documents.keys() ?? [])].flatMap((id) => {
    const { date } = (record?.index.resolve(`DocumentReference/${id}`) ?? {}) as DocumentReference;
    return date?.slice(0, 10) ?? [];
  });
  return days.sort().at(-1);
}

/**
 * The categories of the codes before and after. A category has moved if another one of its hierarchy has taken its
 * place.
 */
function categoryChanges(
  before: PersonRecord | undefined,
  after: PersonRecord,
  table: CategoryTable,
): CategoryChange[] {
  const was = categoriesOf(before, table);
  const is = categoriesOf(after, table);
  const label = (category: string): { label?: string } => {
    const text = table.label(category);
    return text === undefined ? {} : { label: text };
  };
  const gained = [...is.keys()].filter((category) => !was.has(category));
  const lost = [...was.keys()].filter((category) => !is.has(category));
  const moved = new Map<string, string>();
  for (const from of lost.length > 0 ? lost : [...was.keys()]) {
    const to = gained.find(
      (category) => table.superseded([from, category]).size > 0 && ![...moved.values()].includes(category),
    );
    if (to !== undefined) moved.set(from, to);
  }
  const change = (kind: CategoryChange['kind'], category: string): CategoryChange => ({
    kind,
    table: table.name,
    category,
    ...label(category),
    resources: [...(is.get(category) ?? was.get(category) ?? [])],
  });
  return [
    ...[...moved].map(([from, to]) => ({ ...change('moved', from), to, resources: [...(is.get(to) ?? [])] })),
    ...gained
      .filter((category) => ![...moved.values()].includes(category))
      .map((category) => change('gained', category)),
    ...lost.filter((category) => !moved.has(category)).map((category) => change('lost', category)),
  ];
}

function categoriesOf(record: PersonRecord | undefined, table: CategoryTable): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const resource of record?.resources ?? []) {
    if (NO_FACTS.has(resource.resourceType) || isOver(resource)) continue;
    for (const token of valuesOf(resource, 'code.coding')) {
      const [system, code = ''] = token.split('|');
      if (system !== table.head.codes) continue;
      for (const category of table.categoriesOf(code)) {
        found.set(category, [...(found.get(category) ?? []), resourceKey(resource)]);
      }
    }
  }
  return found;
}

/** Whether the fact is denied, or no longer true. */
function isOver(resource: FhirResource): boolean {
  const codes = STATUS.flatMap((name) => valuesOf(resource, name)).map((token) => token.replace(/^.*\|/, ''));
  return codes.some((code) => ['resolved', 'inactive', 'remission', 'refuted', 'entered-in-error'].includes(code));
}

/**
 * The record as it was: of the documents that had arrived by then, else were written by then.
 *
 * @throws OptionError where `since` is no time
 */
export function recordBefore(
  record: PersonRecord,
  since: string,
  options: RecordOptions = {},
): PersonRecord | undefined {
  const limit = instantOf(since);
  if (limit === undefined) throw new OptionError('since is an instant or a day such as 2024-03-06');
  const earlier = record.sources.filter((source) => {
    const at = instantOf(source.received ?? readRecordDocument(source).reference?.date);
    return at !== undefined && at <= limit;
  });
  if (earlier.length === 0) return undefined;
  return buildRecords(earlier, options)[0];
}

/** The end of the day or second that `since` names: "since the 10th" does not include the 10th. */
function instantOf(text: string | undefined): number | undefined {
  const span = text === undefined ? undefined : readTime(text);
  return span === undefined ? undefined : span.to - 1 - (span.offset ?? 0) * 60_000;
}

/** The ids of resources that have changed since an instant: `Condition/…`. */
export function changedSince(record: PersonRecord, since: string): Set<string> {
  return new Set(changeFlags(record, since).keys());
}

/** How resources have changed since an instant: `Condition/…` -> new, begun or ended. */
export function changeFlags(record: PersonRecord, since: string): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (const { resource, kind, begun } of changes(recordBefore(record, since), record, { from: since }).changes) {
    const own = flags.get(resource) ?? [];
    if (!own.includes(kind)) own.push(kind);
    if (begun === true && !own.includes('begun')) own.push('begun');
    flags.set(resource, own);
  }
  return flags;
}

import { fileURLToPath } from 'node:url';
import { readCategoryTables, type CategoryTables } from '../category/category-table.js';
import type { Mistake } from '../mapping/mapping-error.js';
import { readQuery, type Filter, type Query } from '../search/query.js';
import { SearchError } from '../search/search-error.js';
import { valueSetIndex, type ValueSetIndex } from '../search/value-set.js';
import type { Assembler } from '../record/source-kind.js';
import { suggestion } from '../xpath/nearest.js';
import {
  compileFhirpath,
  compileLater,
  forbidden,
  OWN_VARIABLES,
  variablesOf,
  type FhirPathExpression,
} from './fhirpath.js';
import { answerParameters } from './parameters.js';
import { PurposeError } from './purpose-error.js';
import type { ParameterKind, Purpose, PurposeItem } from './purpose-file.js';
import { readPurposes, readValueSets, reporter, WRITTEN_BASE, type ReadPurpose } from './read-purposes.js';
import type { Report } from './schema-check.js';
import { checkFillings, fillQuery } from './template.js';

export interface PurposeOptions {
  /** Folders of a payer's own purposes; a file whose id is known patches ours. */
  readonly purposes?: readonly string[];
  /** Folders of the user's ValueSets, beside ours. */
  readonly valueSets?: readonly string[];
  /** Folders of the user's tables of categories, beside ours. */
  readonly categories?: readonly string[];
  /** Canonical base of the packaged purposes and ValueSets. */
  readonly base?: string;
  /** Who is known to assemble other people's records: OIDs, NPIs or names of organizations. */
  readonly assemblers?: readonly Assembler[];
}

/** Purposes that were read and checked. */
export interface PurposeSet {
  readonly purposes: ReadonlyMap<string, LoadedPurpose>;
  readonly valueSets: ValueSetIndex;
  readonly categories: CategoryTables;
  readonly base: string;
  readonly assemblers: readonly Assembler[];
  /**
   * ValueSets that a purpose needs and that are missing. The purpose can be asked all the same, and answers
   * `value-set-missing`.
   */
  readonly warnings: readonly Mistake[];
}

export interface LoadedPurpose {
  readonly purpose: Purpose;
  readonly hash: string;
  readonly expressions: ReadonlyMap<string, FhirPathExpression>;
}

const packaged = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** The purposes that come with the package. */
export const packagedPurposes = packaged('purposes');

/** The tables of categories that come with the package. */
export const packagedCategories = packaged('categories');

/** The value that stands for a parameter when a search is checked at load time. */
const SAMPLES: Readonly<Record<ParameterKind, string>> = {
  date: '2000-01-01',
  code: 'code',
  id: 'id',
  identifier: 'system|value',
  string: 'text',
  ValueSet: 'urn:cairn:any',
};

/**
 * Loads the packaged purposes, a payer's own beside them, and their ValueSets, and checks everything: names, searches,
 * FHIRPath, ValueSets, tables.
 *
 *   const set = loadPurposes({ purposes: ['/etc/cairn/purposes'] });
 *
 * @throws PurposeError with every mistake at once, each with file, line, column and the nearest right name.
 */
export function loadPurposes(options: PurposeOptions = {}): PurposeSet {
  const base = (options.base ?? WRITTEN_BASE).replace(/\/$/, '');
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  const read = readPurposes([packagedPurposes, ...(options.purposes ?? [])], base, mistakes);
  const valueSets = valueSetIndex(readValueSets([packaged('valuesets'), ...(options.valueSets ?? [])], base, mistakes));
  const categories = readCategoryTables([packagedCategories, ...(options.categories ?? [])]);
  const purposes = new Map<string, LoadedPurpose>();
  for (const one of read) purposes.set(one.purpose.id, check(one, { valueSets, categories, mistakes, warnings }));
  if (mistakes.length > 0) throw new PurposeError(mistakes);
  return { purposes, valueSets, categories, base, assemblers: options.assemblers ?? [], warnings };
}

interface Check {
  readonly valueSets: ValueSetIndex;
  readonly categories: CategoryTables;
  readonly mistakes: Mistake[];
  readonly warnings: Mistake[];
}

function check({ purpose, files, packaged, hash }: ReadPurpose, context: Check): LoadedPurpose {
  const report = reporter(files, context.mistakes);
  const warn = reporter(files, context.warnings);
  const expressions = new Map<string, FhirPathExpression>();
  const parameters = { ...answerParameters(purpose), ...purpose.parameters };
  const dates = Object.entries(parameters).flatMap(([name, { type }]) => (type === 'date' ? [name] : []));
  const scope: Scope = {
    purpose,
    packaged,
    parameters,
    dates,
    earlier: new Set(),
    report,
    warn,
    expressions,
    ...context,
  };
  for (const [index, item] of purpose.items.entries()) {
    const at = `/items/${index}`;
    if (scope.earlier.has(item.id)) report(`${at}/id`, `${item.id} is here twice`);
    checkItem(item, at, scope);
    scope.earlier.add(item.id);
  }
  for (const [name, text] of Object.entries(purpose.finding ?? {})) {
    checkExpression(text, `/finding/${name}`, scope);
  }
  if (purpose.since !== undefined) checkFilled(purpose.since, '/since', scope);
  checkResource(purpose.answer.resource, '/answer/resource', scope);
  return { purpose, hash, expressions };
}

interface Scope extends Check {
  /**
   * Its FHIRPath is compiled when it is first used: the FHIRPath library takes as long to load as everything else
   * together.
   */
  readonly packaged: boolean;
  readonly purpose: Purpose;
  readonly parameters: NonNullable<Purpose['parameters']>;
  readonly dates: readonly string[];
  /** Only earlier items can be named, so that no circle can arise. */
  readonly earlier: Set<string>;
  readonly report: Report;
  readonly warn: Report;
  readonly expressions: Map<string, FhirPathExpression>;
}

function checkItem(item: PurposeItem, at: string, scope: Scope): void {
  const several = typeof item.query !== 'string';
  for (const [index, text] of [item.query].flat().entries()) {
    const query = checkQuery(text, several ? `${at}/query/${index}` : `${at}/query`, scope);
    for (const filter of query?.filters ?? []) checkValueSets(filter, `${at}/query`, scope);
  }
  if (item.planned !== undefined) checkQuery(item.planned, `${at}/planned`, scope);
  for (const [index, text] of (item.supports ?? []).entries()) checkQuery(text, `${at}/supports/${index}`, scope);
  for (const [index, text] of (item.during ?? []).entries()) checkQuery(text, `${at}/during/${index}`, scope);
  if (item.where !== undefined) checkExpression(item.where, `${at}/where`, scope);
  if (item.value !== undefined) checkExpression(item.value, `${at}/value`, scope);
  for (const [index, { when }] of (item.grades ?? []).entries()) {
    // Grades are known only after all items have been evaluated.
    checkExpression(when, `${at}/grades/${index}/when`, { ...scope, earlier: allItems(scope.purpose) }, [
      'documents',
      'source',
      'linked',
    ]);
  }
  if (item.visit !== undefined && !scope.earlier.has(item.visit)) {
    scope.report(`${at}/visit`, `names no item above it${suggestion(item.visit, scope.earlier)}`);
  }
  for (const [index, text] of (item.received ?? []).entries()) checkFilled(text, `${at}/received/${index}`, scope);
  if (item.category !== undefined) checkCategory(item.category, `${at}/category`, scope);
}

function allItems(purpose: Purpose): Set<string> {
  return new Set(purpose.items.map(({ id }) => id));
}

function checkCategory(name: string, at: string, { categories, parameters, report }: Scope): void {
  const inside = /^\{(\w+)\}$/.exec(name)?.[1];
  if (inside !== undefined) {
    if (!Object.hasOwn(parameters, inside)) report(at, `there is no parameter ${inside}`);
    return;
  }
  if (categories.names.includes(name)) return;
  report(at, `there is no table ${name}${suggestion(name, categories.names)}`);
}

function checkFilled(text: string, at: string, scope: Scope): void {
  const known = new Set([...Object.keys(scope.parameters), ...scope.earlier]);
  for (const { message } of checkFillings(text, known, new Set(scope.dates))) scope.report(at, `: ${message}`);
}

function checkQuery(text: string, at: string, scope: Scope): Query | undefined {
  const before = scope.mistakes.length;
  checkFilled(text, at, scope);
  if (scope.mistakes.length > before) return undefined;
  try {
    return readQuery(
      // Every parameter has a sample value here, so no filter is left out.
      fillQuery(text, (name) => {
        const declared = Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined;
        return declared === undefined ? 'id' : SAMPLES[declared.type];
      }) ?? text,
    );
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    scope.report(at, `: ${error.message}`);
    return undefined;
  }
}

function checkValueSets(filter: Filter, at: string, { valueSets, warn }: Scope): void {
  if (filter.chain !== undefined) {
    if (filter.chain.values.some(({ kind }) => kind === 'set')) {
      for (const value of filter.chain.values) if (value.kind === 'set') warnOf(value.url);
    }
    return;
  }
  for (const value of filter.values) if (value.kind === 'set') warnOf(value.url);
  function warnOf(url: string): void {
    const why = url === SAMPLES.ValueSet ? undefined : valueSets.why(url);
    if (why !== undefined) warn(at, `: ${why}${suggestion(url, valueSets.urls)}`);
  }
}

function checkExpression(text: string, at: string, scope: Scope, more: readonly string[] = []): void {
  const wrong = forbidden(text, scope.dates);
  if (wrong !== undefined) {
    scope.report(at, `: ${wrong}`);
    return;
  }
  const known = [...Object.keys(scope.parameters), ...scope.earlier, ...OWN_VARIABLES, ...more];
  for (const name of variablesOf(text)) {
    if (!known.includes(name)) scope.report(at, `: there is no item or parameter ${name}${suggestion(name, known)}`);
  }
  try {
    scope.expressions.set(text, scope.packaged ? compileLater(text) : compileFhirpath(text));
  } catch (error) {
    scope.report(at, `is not FHIRPath: ${oneLine(error)}`);
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

/** `"= FHIRPath"` anywhere in what overrides the answer. */
function checkResource(value: unknown, at: string, scope: Scope): void {
  if (typeof value === 'string' && value.startsWith('= ')) checkExpression(value.slice(2), at, scope);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) checkResource(inner, `${at}/${key}`, scope);
}

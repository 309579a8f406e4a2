/** Ledger, trace and issues as parts of a Parameters resource, beside the Bundle. */
import type { FhirResource, ParametersParameter } from 'fhir/r4.js';
import type { Conversion, Ledger, LedgerItem, TraceEntry } from '../../conversion.js';
import { findingOf, operationOutcome, type Finding } from '../errors/outcome.js';
import type { AnswerPart } from './job.js';

/** A parameter whose parts are made one after the other: a ledger has a part for each fact of the document. */
export interface LazyParameter {
  readonly name: string;
  readonly resource?: FhirResource;
  readonly part?: Iterable<ParametersParameter>;
}

export function* parametersBeside(
  conversion: Conversion,
  warnings: readonly Finding[],
  include: readonly AnswerPart[],
): Generator<LazyParameter> {
  if (include.includes('ledger')) yield { name: 'ledger', part: ledgerParts(conversion.ledger) };
  if (include.includes('trace') && conversion.trace.length > 0) {
    yield { name: 'trace', part: traceParts(conversion.trace) };
  }
  if (include.includes('issues')) {
    yield { name: 'issues', resource: operationOutcome([...warnings, ...conversion.issues.map(findingOf)]) };
  }
}

function* ledgerParts({ totals, terms = {}, same, items }: Ledger): Generator<ParametersParameter> {
  yield { name: 'totals', part: Object.entries(totals).map(([name, count]) => integer(name, count)) };
  const rules = Object.entries(terms);
  if (rules.length > 0) yield { name: 'terms', part: rules.map(([name, count]) => integer(name, count)) };
  for (const { path, line, column, as, resource } of same) {
    yield {
      name: 'same',
      part: [
        ...text('path', path),
        integer('line', line),
        integer('column', column),
        { name: 'as', part: [...text('path', as.path), integer('line', as.line), integer('column', as.column)] },
        ...text('resource', resource),
      ],
    };
  }
  for (const item of items) yield ledgerItem(item);
}

function* traceParts(trace: readonly TraceEntry[]): Generator<ParametersParameter> {
  for (const entry of trace) yield traceEntry(entry);
}

function ledgerItem({ path, line, column, value, status, rule, reason }: LedgerItem): ParametersParameter {
  return {
    name: 'item',
    part: [
      ...text('path', path),
      integer('line', line),
      integer('column', column),
      ...text('value', value),
      ...text('status', status),
      ...text('rule', rule ?? ''),
      ...text('reason', reason),
    ],
  };
}

function traceEntry({ target, by, mapping, file, rule, sources, conceptMap }: TraceEntry): ParametersParameter {
  return {
    name: 'entry',
    part: [
      ...text('target', target),
      ...text('by', by),
      ...text('mapping', mapping),
      ...text('file', file),
      ...text('rule', rule),
      ...sources.map(({ source, line, column }) => ({
        name: 'source',
        part: [...text('path', source), integer('line', line), integer('column', column)],
      })),
      ...(conceptMap === undefined ? [] : text('conceptMap', `${conceptMap.file}#${conceptMap.rule}`)),
    ],
  };
}

/** Leaves out empty values: FHIR has no empty string, and a parameter needs a value (R4 2.6.2.1; Parameters inv-1). */
function text(name: string, value: string): ParametersParameter[] {
  return value === '' ? [] : [{ name, valueString: value }];
}

function integer(name: string, value: number): ParametersParameter {
  return { name, valueInteger: value };
}

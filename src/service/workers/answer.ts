/** A conversion as the bytes of the format that the client asked for. */
import type { Parameters, ParametersParameter } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import type { Conversion, Ledger, LedgerItem, TraceEntry } from '../../conversion.js';
import { findingOf, operationOutcome, type Finding } from '../errors/outcome.js';
import type { Job, Part } from './job.js';
import { ndjson } from './ndjson.js';

export function answerBytes(conversion: Conversion, warnings: readonly Finding[], job: Job): Uint8Array {
  if (job.format === 'ndjson') return ndjson(conversion.bundle);
  const resource = job.include.length === 0 ? conversion.bundle : parametersOf(conversion, warnings, job.include);
  return new TextEncoder().encode(job.format === 'xml' ? writeXml(resource) : writeJson(resource));
}

/** Bundle, ledger, trace and issues as parts of one Parameters resource. */
function parametersOf(conversion: Conversion, warnings: readonly Finding[], include: readonly Part[]): Parameters {
  const parameter: ParametersParameter[] = [{ name: 'bundle', resource: conversion.bundle }];
  if (include.includes('ledger')) parameter.push(ledgerOf(conversion.ledger));
  if (include.includes('trace') && conversion.trace.length > 0) {
    parameter.push({ name: 'trace', part: conversion.trace.map(traceEntry) });
  }
  if (include.includes('issues')) {
    parameter.push({ name: 'issues', resource: operationOutcome([...warnings, ...conversion.issues.map(findingOf)]) });
  }
  return { resourceType: 'Parameters', parameter };
}

function ledgerOf({ totals, items }: Ledger): ParametersParameter {
  return {
    name: 'ledger',
    part: [
      {
        name: 'totals',
        part: Object.entries(totals).map(([name, count]) => ({ name, valueInteger: count })),
      },
      ...items.map(ledgerItem),
    ],
  };
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

function traceEntry({ target, source, line, column, mapping, rule }: TraceEntry): ParametersParameter {
  return {
    name: 'entry',
    part: [
      ...text('target', target),
      ...text('source', source),
      integer('line', line),
      integer('column', column),
      ...text('mapping', mapping),
      ...text('rule', rule),
    ],
  };
}

/** FHIR has no empty string, and a parameter without a value is none (R4 2.6.2.1; Parameters inv-1). */
function text(name: string, value: string): ParametersParameter[] {
  return value === '' ? [] : [{ name, valueString: value }];
}

function integer(name: string, value: number): ParametersParameter {
  return { name, valueInteger: value };
}

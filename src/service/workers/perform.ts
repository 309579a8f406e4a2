/** Does one job, from bytes to bytes. It is pure, so that tests need no process. */
import type { Composition } from 'fhir/r4.js';
import type { Conversion, ConvertOptions, Converter } from '../../conversion.js';
import { SubmissionError } from '../../attachment/submission-error.js';
import { LimitError } from '../../limit-error.js';
import { ShapeError } from '../../fhir/shape.js';
import { OptionError } from '../../option-error.js';
import { countOf } from '../../xml/issue-groups.js';
import { DocumentError } from '../../xml/document-error.js';
import type { Finding } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import { readConvertData } from './convert-data.js';
import type { Failure, Job, Outcome, Success } from './job.js';
import type { DocumentFacts, ResourceList } from '../../store/records.js';
import { documentFacts, resourcesOf } from './document-facts.js';
import { answerBytes } from './answer.js';
import { templateWarning } from './root-template.js';

const NOTHING = new Uint8Array(0);

/** The facts in an answer for which nothing was converted. */
export const NO_FACTS: Success['facts'] = { facts: 0, mapped: 0, used: 0, narrative: 0, dropped: 0, unmapped: 0 };

/** HTTP has no status for "too deep"; 422 says that the same document will fail again. */
export const statuses = { structure: 400, 'too-costly': 422, 'not-supported': 422 } as const;

export function perform(
  converters: ReadonlyMap<string, Converter>,
  job: Job,
  body: Uint8Array,
): { outcome: Outcome; bytes: Uint8Array } {
  try {
    return convert(converters, job, body);
  } catch (error) {
    return { outcome: failureOf(error, job), bytes: NOTHING };
  }
}

function convert(converters: ReadonlyMap<string, Converter>, job: Job, body: Uint8Array) {
  const data = job.kind === 'convert-data' ? readConvertData(body, [...converters.keys()]) : undefined;
  const converter = converterOfSet(converters, data?.set ?? job.options.set);
  const started = performance.now();
  const conversion = converter.convert(...documentOf(job, data?.document ?? body));
  const warnings = data === undefined ? [] : templateWarning(data.rootTemplate, documentTypeOf(conversion));
  return answerOf(conversion, warnings, job, converter.mappingHash, started);
}

/** @throws ServiceError 400 */
export function converterOfSet(converters: ReadonlyMap<string, Converter>, set: string): Converter {
  const converter = converters.get(set);
  if (converter === undefined) throw new ServiceError(400, 'value', 'There is no mapping set of that name.');
  return converter;
}

/** The document of a body, with its options. After a document from an envelope, the body has the files that belong to it. */
function documentOf(job: Job, body: Uint8Array): [Uint8Array, ConvertOptions] {
  if (job.takenOut === undefined) return [body, convertOptionsOfJob(job)];
  const { way, facts, files: listed } = job.takenOut;
  let at = body.length - listed.reduce((sum, { length }) => sum + length, 0);
  const document = body.subarray(0, at);
  const files = new Map(listed.map(({ name, length }) => [name, body.subarray(at, (at += length))]));
  return [document, { ...convertOptionsOfJob(job), envelope: { way, facts }, files }];
}

/** The options of a job that are for the converter. */
export function convertOptionsOfJob({
  options: { bundle, sender, timeZone, usCore, versionedProfiles, keepRepeats, units, terms },
  include,
  limits,
}: Job): ConvertOptions {
  return {
    ...(bundle === undefined ? {} : { bundle }),
    ...(sender === undefined ? {} : { sender }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(usCore === undefined ? {} : { usCore }),
    ...(versionedProfiles === undefined ? {} : { versionedProfiles: true }),
    ...(keepRepeats === undefined ? {} : { keepRepeats: true }),
    ...(units === undefined ? {} : { units }),
    ...(terms === undefined ? {} : { terms: false }),
    trace: include.includes('trace'),
    ...limits,
  };
}

/** @param started when the conversion began, by `performance.now()` */
export function answerOf(
  conversion: Conversion,
  warnings: readonly Finding[],
  job: Job,
  mappingHash: string,
  started: number,
): { outcome: Outcome; bytes: Uint8Array } {
  const converted = performance.now();
  const documentType = documentTypeOf(conversion);
  // Counted before the answer is written, because that may change the Bundle in place.
  const issues = countIssues(conversion, warnings);
  const stored = job.wantsFacts === true ? storedFacts(conversion) : {};
  const bytes = answerBytes(conversion, warnings, job);
  const outcome: Outcome = {
    ok: true,
    ...(documentType === undefined ? {} : { documentType }),
    issues,
    facts: conversion.ledger.totals,
    mappingHash,
    ...stored,
    convertMilliseconds: converted - started,
    writeMilliseconds: performance.now() - converted,
  };
  return { outcome, bytes };
}

function storedFacts({ bundle }: Conversion): { entries: number; document: DocumentFacts; resources: ResourceList } {
  return { entries: bundle.entry?.length ?? 0, document: documentFacts(bundle), resources: resourcesOf(bundle) };
}

/** The type of the document, from the Composition. Only a text in the form of a LOINC code goes into logs and metrics. */
function documentTypeOf({ bundle }: Conversion): string | undefined {
  const composition = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Composition')?.resource;
  const codes = (composition as Composition | undefined)?.type.coding?.map(({ code }) => code ?? '') ?? [];
  return codes.find((code) => /^\d{1,7}-\d$/.test(code));
}

function countIssues(conversion: Conversion, warnings: readonly Finding[]): Record<string, number> {
  const counts = new Map<string, number>();
  const count = (kind: string, times = 1) => counts.set(kind, (counts.get(kind) ?? 0) + times);
  for (const issue of conversion.issues) count(issue.code, countOf(issue));
  for (const { kind } of warnings) if (kind !== undefined) count(kind);
  return Object.fromEntries(counts);
}

export function failureOf(error: unknown, job: Job): Failure {
  if (error instanceof ServiceError) {
    const { line, column } = error.details;
    const place = line === undefined || column === undefined ? {} : { line, column };
    return { ok: false, status: error.status, code: error.code, message: error.message, ...place };
  }
  if (error instanceof SubmissionError) {
    const { status, code, message, expression, place } = error;
    return { ok: false, status, code, message, ...place, ...(expression === undefined ? {} : { expression }) };
  }
  if (error instanceof ShapeError) {
    const { message, expression } = error;
    return { ok: false, status: 400, code: 'structure', message, expression };
  }
  if (error instanceof OptionError) return { ok: false, status: 400, code: 'value', message: error.message };
  if (error instanceof DocumentError) {
    const { code, message, line, column } = error;
    // Azure's operation answers 400 to every document that it can't convert, and pipelines look for that.
    const status = job.kind === 'convert-data' ? 400 : statuses[code];
    return { ok: false, status, code, message, line, column };
  }
  if (error instanceof LimitError) {
    const time = error.limit === 'time';
    return { ok: false, status: time ? 504 : 422, code: time ? 'timeout' : 'too-costly', message: error.message };
  }
  // A text longer than the longest string, or a call stack that is too deep: the document is too large.
  if (error instanceof RangeError) {
    return {
      ok: false,
      status: 422,
      code: 'too-costly',
      message: 'The document is too large to convert.',
      reason: placesOf(error),
    };
  }
  return {
    ok: false,
    status: 500,
    code: 'exception',
    message: 'The conversion failed; this is a fault of the service.',
    reason: placesOf(error),
  };
}

/**
 * The message of an unexpected error may quote the document. Only the kind of error and the places in the code are
 * kept.
 */
function placesOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error';
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...places.slice(0, 8).map((line) => line.trim())].join(' | ');
}

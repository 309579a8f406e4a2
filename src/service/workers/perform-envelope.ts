/**
 * A job whose body is an envelope. If it has one document, the answer is that of a bare document; if it has several, a
 * Bundle of Bundles.
 */
import type { Bundle, OperationOutcome, Parameters } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import { convertEach, type Converted } from '../../convert-each.js';
import type { Converter, FactStatus } from '../../conversion.js';
import { countOf } from '../../xml/issue-groups.js';
import { wayOf } from '../../unwrap/part.js';
import type { UnwrapLimits } from '../../unwrap/budget.js';
import { operationOutcome } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import type { Failure, Job, Outcome } from './job.js';
import { parametersOf } from './answer.js';
import { parametersBeside } from './parameters.js';
import { answerOf, converterOfSet, failureOf, convertOptionsOfJob, statuses } from './perform.js';

/** How much one request may unpack. A larger feed is sent in several requests, or by import. */
const LIMITS: UnwrapLimits = { depth: 6, files: 5_000, bytes: 256 * 2 ** 20 };

export function unwrapOptionsOf({ mediaType }: Job): { limits: UnwrapLimits; mediaType?: string } {
  return { limits: LIMITS, ...(mediaType === undefined ? {} : { mediaType }) };
}

/** The largest answer. */
const MOST_BYTES = 500 * 2 ** 20;

const NOTHING = new Uint8Array(0);

export async function performEnvelope(
  converters: ReadonlyMap<string, Converter>,
  job: Job,
  body: Uint8Array,
): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  try {
    return await convertAll(converters, job, body);
  } catch (error) {
    return { outcome: failureOf(error, job), bytes: NOTHING };
  }
}

async function convertAll(converters: ReadonlyMap<string, Converter>, job: Job, body: Uint8Array) {
  const converter = converterOfSet(converters, job.options.set);
  const started = performance.now();
  const parts = convertEach(converter, body, convertOptionsOfJob(job), unwrapOptionsOf(job));
  const first = await parts.next();
  const second = await parts.next();
  if (first.done === true) throw new ServiceError(422, 'not-supported', 'There is no document in the body.');
  if (second.done === true) return soleAnswer(first.value, converter, job, started);
  const totals = new Totals(converter.mappingHash);
  const lines = new Lines(job);
  for (let next: IteratorResult<Converted> = first; next.done !== true;) {
    totals.add(next.value);
    lines.add(next.value);
    next = next === first ? second : await parts.next();
  }
  if (totals.converted === 0) {
    const text = `None of the ${totals.parts} parts of the envelope could be converted; the first: ${problemText(first.value)}`;
    throw new ServiceError(422, 'not-supported', text);
  }
  return { outcome: totals.outcome(performance.now() - started), bytes: lines.bytes() };
}

function soleAnswer(part: Converted, converter: Converter, job: Job, started: number) {
  if (part.kind === 'converted') return answerOf(part.conversion, [], job, converter.mappingHash, started);
  if (part.kind === 'refused') throw part.error;
  const { line = 0, column = 0 } = part;
  throw new ServiceError(statuses[part.code], part.code, problemText(part), { line, column });
}

function problemText(part: Converted): string {
  const way = wayOf(part.kind === 'problem' ? part.steps : part.document.steps);
  const text = part.kind === 'problem' ? part.text : part.kind === 'refused' ? part.error.message : '';
  return way === '' ? text : `${way}: ${text}`;
}

/** The answer for several documents: a resource for each part, in the order of the envelope. */
class Lines {
  readonly #lines: Buffer[] = [];
  #length = 0;

  constructor(readonly job: Job) {}

  add(part: Converted): void {
    const resource = resourceOf(part, this.job);
    const text =
      this.job.format === 'xml'
        ? `<entry><resource>${nested(writeXml(resource))}</resource></entry>`
        : writeJson(resource);
    const line = Buffer.from(text, 'utf8');
    this.#length += line.length;
    if (this.#length > MOST_BYTES) {
      throw new ServiceError(422, 'too-costly', 'The Bundles of this envelope together are too large for one answer.');
    }
    this.#lines.push(line);
  }

  bytes(): Uint8Array {
    switch (this.job.format) {
      case 'ndjson':
        return Buffer.concat(this.#lines.flatMap((line) => [line, Buffer.from('\n')]));
      case 'xml':
        return Buffer.concat([
          Buffer.from('<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>'),
          ...this.#lines,
          Buffer.from('</Bundle>'),
        ]);
      case 'json':
        return Buffer.concat([
          Buffer.from('{"resourceType":"Bundle","type":"collection","entry":['),
          ...this.#lines.flatMap((line, index) => [
            Buffer.from(`${index === 0 ? '' : ','}{"resource":`),
            line,
            Buffer.from('}'),
          ]),
          Buffer.from(']}'),
        ]);
    }
  }
}

function nested(xml: string): string {
  return xml.replace(/^<\?xml[^>]*\?>\s*/, '');
}

function resourceOf(part: Converted, job: Job): Bundle | Parameters | OperationOutcome {
  if (part.kind !== 'converted') {
    const refusal: Pick<Failure, 'code' | 'line' | 'column'> =
      part.kind === 'refused' ? failureOf(part.error, job) : part;
    const { code, line = 0, column = 0 } = refusal;
    return operationOutcome([{ severity: 'error', code, text: problemText(part), line, column }]);
  }
  const { bundle } = part.conversion;
  if (job.include.length === 0) return bundle;
  return parametersOf(bundle, parametersBeside(part.conversion, [], job.include));
}

class Totals {
  parts = 0;
  converted = 0;
  readonly #issues = new Map<string, number>();
  readonly #facts = new Map<string, number>();

  constructor(readonly mappingHash: string) {}

  add(part: Converted): void {
    this.parts++;
    if (part.kind !== 'converted') {
      this.#count('not-converted');
      return;
    }
    this.converted++;
    for (const issue of part.conversion.issues) this.#count(issue.code, countOf(issue));
    for (const [status, count] of Object.entries(part.conversion.ledger.totals)) {
      this.#facts.set(status, (this.#facts.get(status) ?? 0) + count);
    }
  }

  outcome(milliseconds: number): Outcome {
    return {
      ok: true,
      issues: Object.fromEntries(this.#issues),
      facts: Object.fromEntries(this.#facts) as Record<FactStatus | 'facts', number>,
      mappingHash: this.mappingHash,
      convertMilliseconds: milliseconds,
      writeMilliseconds: 0,
    };
  }

  #count(code: string, times = 1): void {
    this.#issues.set(code, (this.#issues.get(code) ?? 0) + times);
  }
}

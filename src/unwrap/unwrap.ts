/**
 * Bytes in, documents out. Every envelope that a feed puts around a document is opened here, before anything is
 * converted.
 */
import { Buffer } from 'node:buffer';
import { DocumentError } from '../xml/document-error.js';
import { openBase64 } from './base64.js';
import { Budget, unwrapLimitsFor, type UnwrapLimits } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import { openFhirXml, openJson } from './fhir.js';
import { openGzip } from './gzip.js';
import { openHl7v2 } from './hl7-v2.js';
import { envelopeOf, kindOf, looksLikeXml, type EnvelopeKind } from './kind.js';
import { openMime } from './mime.js';
import type { EnvelopeFacts, Inner, Part, Step } from './part.js';
import { openSoap } from './soap.js';
import { openX12 } from './x12.js';
import { openZip } from './zip.js';

export interface UnwrapOptions {
  readonly limits?: UnwrapLimits;
  /** The media type that came with the bytes. Over HTTP, only this has the boundary of a MIME body. */
  readonly mediaType?: string;
  /** The name of the file that the bytes come from. */
  readonly name?: string;
}

/** Opens one kind of envelope, one level deep. */
export type Opener = (
  bytes: Uint8Array,
  budget: Budget,
  mediaType?: string,
) => AsyncIterable<Inner | Unopened> | Iterable<Inner | Unopened>;

const openers: Readonly<Record<EnvelopeKind, Opener>> = {
  zip: openZip,
  gzip: openGzip,
  base64: openBase64,
  x12: openX12,
  'hl7-v2': openHl7v2,
  json: openJson,
  'fhir-xml': openFhirXml,
  mime: openMime,
  soap: openSoap,
};

/** The name of a step through each kind of envelope, for a part that can't be opened. */
const kindsOfStep: Readonly<Record<EnvelopeKind, string>> = {
  zip: 'zip',
  gzip: 'gzip',
  base64: 'base64',
  x12: 'x12-275',
  'hl7-v2': 'hl7-v2',
  json: 'fhir',
  'fhir-xml': 'fhir',
  mime: 'mime',
  soap: 'soap',
};

/**
 * Gives the documents in the bytes one by one, in the order of the envelope, so that a large archive is never whole in
 * memory. Bytes that are no envelope are given back as one document. For a part that can't be opened a problem is
 * given, and the next parts are still read.
 *
 *   for await (const part of unwrap(await readFile('feed.zip')))
 * if (part.kind === 'document') convert(part.bytes); else console.error(wayOf(part.steps), part.text);
 */
export async function* unwrap(bytes: Uint8Array, options: UnwrapOptions = {}): AsyncGenerator<Part> {
  const budget = new Budget(options.limits ?? unwrapLimitsFor(bytes.length));
  const outer: Outer = { steps: [], facts: {}, name: options.name ?? '', maybe: false };
  yield* unwrapAt(bytes, outer, budget, options.mediaType);
}

interface Outer {
  readonly steps: readonly Step[];
  readonly facts: EnvelopeFacts;
  readonly name: string;
  readonly maybe: boolean;
  readonly beside?: Inner['beside'];
}

async function* unwrapAt(bytes: Uint8Array, outer: Outer, budget: Budget, mediaType = ''): AsyncGenerator<Part> {
  const { steps } = outer;
  const envelope = envelopeOf(bytes, mediaType);
  if (envelope === undefined) {
    const kind = kindOf(bytes);
    // Bytes without an envelope are left to the converter: its error has line and column.
    if (steps.length > 0 && kind.is === 'refused') {
      if (!outer.maybe) yield { kind: 'problem', code: 'not-supported', steps, text: `it is ${kind.text}, no CDA` };
      return;
    }
    if (steps.length > 0 && outer.maybe && !looksLikeXml(bytes)) return;
    const { name, facts, beside } = outer;
    yield { kind: 'document', bytes, name, steps, facts, files: await filesNamedIn(bytes, beside) };
    return;
  }
  if (steps.length >= budget.limits.depth) {
    const text = `more than ${budget.limits.depth} envelopes lie inside each other`;
    yield { kind: 'problem', code: 'too-costly', steps, text };
    return;
  }
  let found = 0;
  try {
    for await (const inner of openers[envelope](bytes, budget, mediaType)) {
      if ('error' in inner) {
        found++;
        yield problemOf(inner.error, [...steps, { kind: kindsOfStep[envelope], place: inner.place }]);
        continue;
      }
      const parts = unwrapAt(inner.bytes, within(outer, inner), budget);
      for await (const part of parts) {
        found++;
        yield part;
      }
    }
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    yield problemOf(error, steps);
    return;
  }
  if (found === 0 && !outer.maybe) {
    yield { kind: 'problem', code: 'not-supported', steps, text: `there is no document in this ${nameOf(envelope)}` };
  }
}

function within(outer: Outer, inner: Inner): Outer {
  return {
    steps: [...outer.steps, inner.step],
    facts: { ...outer.facts, ...inner.facts },
    name: inner.name === '' ? outer.name : inner.name,
    maybe: inner.maybe,
    beside: inner.beside ?? outer.beside,
  };
}

function problemOf(error: EnvelopeError | DocumentError, steps: readonly Step[]): Part {
  const { code, message: text, line, column } = error;
  return { kind: 'problem', code, steps, text, ...(line > 0 ? { line, column } : {}) };
}

function nameOf(envelope: EnvelopeKind): string {
  const names: Readonly<Record<EnvelopeKind, string>> = {
    zip: 'ZIP archive',
    gzip: 'gzip file',
    base64: 'base64 text',
    x12: 'X12 interchange',
    'hl7-v2': 'HL7 v2 message',
    json: 'JSON',
    'fhir-xml': 'FHIR resource',
    mime: 'MIME message',
    soap: 'SOAP message',
  };
  return names[envelope];
}

/** The files beside a document that it refers to by name. Most documents refer to none; then no file is opened. */
async function filesNamedIn(bytes: Uint8Array, beside: Inner['beside']): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  if (beside === undefined) return files;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!text.includes('reference')) return files;
  for (const [, value] of text.toString('latin1').matchAll(REFERENCE)) {
    const name = Buffer.from(value!, 'latin1').toString('utf8');
    const file = files.has(name) ? undefined : await beside(name);
    if (file !== undefined) files.set(name, file);
  }
  return files;
}

/** A `reference` to a file. A reference to the narrative begins with `#`, and a URL has a colon. */
const REFERENCE = /<(?:[\w.-]+:)?reference\s[^>]{0,500}?value\s*=\s*["']([^"'#<>:]{1,200})["']/g;

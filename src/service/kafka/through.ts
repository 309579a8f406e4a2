/**
 * From topics to a topic, without a store: reads, converts, writes to all replicas, and only then counts the message as
 * read. What was interrupted is done again and gives the same bytes. Nothing is known here of other documents, so a
 * header tells which of two versions is the newer one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { MessageTooLarge, type KafkaProducer, type NewMessage } from '../../delivery/kafka/producer.js';
import { bundleHeaders } from '../../delivery/kafka/receiver.js';
import { documentIdOf, hashOfDocument } from '../../store/document-id.js';
import { orderKey } from '../../store/order-key.js';
import { isEnvelope } from '../../unwrap/kind.js';
import { operationOutcome, type Finding } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET, type Failure, type Job, type JobLimits, type Success } from '../workers/job.js';
import type { Performed } from '../workers/pool.js';
import {
  documentOfMessage,
  outcomeOfRefusal,
  type DocumentOfMessage,
  type MessageRules,
} from './document-of-message.js';
import { messagePlace, type Message } from './message.js';
import type { Refusal, Refusals } from './refusals.js';
import type { Work } from './share.js';

export interface ThroughOptions {
  readonly run: (job: Job, body: Uint8Array) => Promise<Performed>;
  readonly jobLimits: JobLimits;
  readonly rules: MessageRules;
  readonly producer: KafkaProducer;
  /** The topic that Bundles go to. */
  readonly to: string;
  readonly refusals: Refusals;
  /**
   * The confidentiality levels that are allowed there. Restricted and very restricted documents go there only if this
   * names them.
   */
  readonly confidentiality: readonly ('R' | 'V')[];
  /** The tenant. A document's id is made from it and the bytes. */
  readonly tenant: string;
  /** How many documents of one envelope are converted side by side. */
  readonly atOnce: number;
  readonly onDone: (outcome: 'converted' | 'refused') => void;
}

/** The results of a message, in its order: Bundles, and documents that are refused. */
type Result = { readonly bundle: Omit<NewMessage, 'topic'>; readonly source: Source } | { readonly refused: Refusal };

/** A document: that of a message, or one in an envelope. */
interface Source {
  readonly message: Message;
  readonly bytes: Uint8Array;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly way?: string;
}

/** The results of a message that still have to be sent. */
interface Begun {
  readonly results: readonly Result[];
  sent: number;
}

const NOTHING = new Uint8Array(0);

/** How many times a worker may die over a document before the document counts as refused. */
const MOST_ATTEMPTS = 3;

export function through(options: ThroughOptions): Work<Begun> {
  const { producer, to, refusals, onDone } = options;

  async function send(result: Result): Promise<void> {
    if ('refused' in result) {
      await refusals.send(result.refused);
      onDone('refused');
      return;
    }
    try {
      await producer.send({ topic: to, ...result.bundle });
      onDone('converted');
    } catch (error) {
      if (!(error instanceof MessageTooLarge)) throw error;
      const text = `The Bundle has ${result.bundle.value.length} bytes, more than the topic takes (max.message.bytes).`;
      await send({ refused: refusalOf(result.source, outcomeOf('too-long', text)) });
    }
  }

  return {
    begin: async (message) => ({ results: await resultsOf(options, message), sent: 0 }),
    finish: async (_message, begun) => {
      // If this member was interrupted, it does not send again what it has already sent.
      for (; begun.sent < begun.results.length; begun.sent++) await send(begun.results[begun.sent]!);
    },
  };
}

async function resultsOf(options: ThroughOptions, message: Message): Promise<readonly Result[]> {
  const bare: Source = { message, bytes: message.value ?? new Uint8Array(0), files: [] };
  let document: DocumentOfMessage;
  try {
    document = await documentOfMessage(message, options.rules);
  } catch (error) {
    if (error instanceof ServiceError) return [{ refused: refusalOf(bare, outcomeOfRefusal(error)) }];
    throw error;
  }
  const { bytes, mediaType } = document;
  const source = { ...bare, bytes };
  return isEnvelope(bytes, mediaType)
    ? await resultsOfEnvelope(options, document, source)
    : [await resultOf(options, document, source)];
}

/**
 * The results for an envelope: one for each document. A part that could not be opened is reported for the whole envelope.
 */
async function resultsOfEnvelope(
  options: ThroughOptions,
  document: DocumentOfMessage,
  envelope: Source,
): Promise<readonly Result[]> {
  const { mediaType, bytes } = document;
  const job: Job = {
    kind: 'unwrap',
    options: { set: DEFAULT_SET },
    format: 'json',
    include: [],
    ...(mediaType.startsWith('multipart/') ? { mediaType } : {}),
  };
  const opened = await perform(options, job, bytes);
  if ('failure' in opened) return [{ refused: refusalOf(envelope, outcomeOfRefusal(opened.failure)) }];
  const findings: Finding[] = [];
  const documents: { readonly source: Source; readonly takenOut: NonNullable<Job['takenOut']> }[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => opened.body.subarray(at, (at += length));
  for (const part of opened.header.parts ?? []) {
    const { way } = part;
    if (part.kind === 'problem') {
      findings.push({ severity: 'error', code: part.code, text: way === '' ? part.text : `${way}: ${part.text}` });
      continue;
    }
    const own = take(part.length);
    const files = part.files.map(({ name, length }) => ({ name, bytes: take(length) }));
    const takenOut = { way, facts: part.facts, files: part.files };
    documents.push({ source: { ...envelope, bytes: own, files, way }, takenOut });
  }
  const converted: Result[] = [];
  for (let next = 0; next < documents.length; next += options.atOnce) {
    const some = documents.slice(next, next + options.atOnce);
    converted.push(
      ...(await Promise.all(some.map(({ source, takenOut }) => resultOf(options, document, source, takenOut)))),
    );
  }
  if (findings.length === 0 && converted.length === 0)
    findings.push({ severity: 'error', code: 'not-supported', text: 'There is no document in the envelope.' });
  if (findings.length === 0) return converted;
  return [...converted, { refused: refusalOf(envelope, JSON.stringify(operationOutcome(findings))) }];
}

async function resultOf(
  options: ThroughOptions,
  document: DocumentOfMessage,
  source: Source,
  takenOut?: Job['takenOut'],
): Promise<Result> {
  const job: Job = {
    kind: 'document',
    options: document.options,
    format: 'json',
    include: [],
    wantsFacts: true,
    limits: options.jobLimits,
    ...(takenOut === undefined ? {} : { takenOut }),
  };
  const { bytes, files, message } = source;
  const body = files.length === 0 ? bytes : Buffer.concat([bytes, ...files.map((file) => file.bytes)]);
  const performed = await perform(options, job, body);
  if ('failure' in performed) return { refused: refusalOf(source, outcomeOfRefusal(performed.failure)) };
  const { header } = performed;
  const facts = header.document ?? {};
  const level = facts.confidentiality;
  if ((level === 'R' || level === 'V') && !options.confidentiality.includes(level)) {
    const text = `The document has the confidentiality ${level}; it goes only where that is named (kafka.confidentiality).`;
    return { refused: refusalOf(source, outcomeOf('business-rule', text)) };
  }
  const id = documentIdOf(options.tenant, hashOfDocument(bytes, files));
  const headers = bundleHeaders({
    document: id,
    mapping: header.mappingHash,
    order: orderKey(facts, Number(message.offset)),
  });
  return { bundle: { key: facts.patient ?? id, value: performed.body, headers }, source };
}

/** How long to wait for a free worker before the whole message is begun again. */
const BUSY_TRIES = 100;
const BUSY_MILLISECONDS = 300;

/**
 * Converts a document.
 * @throws ServiceError if no worker becomes free, which is not the document's fault
 */
async function perform(
  { run }: Pick<ThroughOptions, 'run'>,
  job: Job,
  body: Uint8Array,
): Promise<{ readonly header: Success; readonly body: Uint8Array } | { readonly failure: Failure }> {
  let [failures, busy] = [0, 0];
  for (;;) {
    try {
      const { header, body: made = NOTHING } = await run(job, body);
      if (header.ok) return { header, body: made };
      if (header.status < 500 || ++failures === MOST_ATTEMPTS) return { failure: header };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { status, code, message } = error;
      if (status === 503) {
        if (++busy === BUSY_TRIES) throw error;
        await delay(BUSY_MILLISECONDS);
      } else if (++failures === MOST_ATTEMPTS) {
        // A worker died over it, or ran out of time or memory.
        return { failure: { ok: false, status, code, message } };
      }
    }
  }
}

function refusalOf({ message, bytes, way }: Source, outcome: string): Refusal {
  return {
    source: messagePlace(message),
    key: message.key?.toString('utf8'),
    bytes,
    headers: message.headers,
    outcome,
    way,
  };
}

function outcomeOf(code: Finding['code'], text: string): string {
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text }]));
}

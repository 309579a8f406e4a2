/**
 * The main module of a worker process: frames in, frames out, one document at a time, on descriptor 3.
 *
 * It reads and writes without an event loop: there is nothing else to do while a document is converted, and a service
 * that is gone is an end of file. Signals are the service's business: Ctrl-C in a terminal reaches the whole group,
 * and a worker that obeyed it would throw away a document that the service has promised to finish.
 */
import { readFileSync } from 'node:fs';
import type { Converter, ConverterOptions, TermsInUse } from '../../conversion.js';
import { isEnvelope } from '../../unwrap/kind.js';
import { TermsError } from '../../terms/pack/terms-error.js';
import { MappingError } from '../../mapping/mapping-error.js';
import { readFrameSync, writeFrameSync } from './frames.js';
import { DEFAULT_SET, type Assignment, type Job, type Readiness } from './job.js';
import { performEnvelope } from './perform-envelope.js';
import { perform } from './perform.js';
import { performUnwrap } from './perform-unwrap.js';

const CHANNEL = 3;
const NOTHING = new Uint8Array(0);

interface ConverterModule {
  readonly createConverter: (options?: ConverterOptions) => Converter;
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const assignment = readFrameSync<Assignment>(CHANNEL)?.header;
if (assignment !== undefined) await work(assignment);
process.exit(0);

async function work({ converter, sets, warmUp, purposes = {}, presets = {}, signatures }: Assignment): Promise<void> {
  const { createConverter } = (await import(converter)) as ConverterModule;
  const converters = new Map<string, Converter>();
  const byFolder = new Map<string | null, Converter>();
  for (const [set, folder] of Object.entries(sets)) {
    try {
      const converter =
        byFolder.get(folder) ?? createConverter(folder === null ? presets : { ...presets, mappings: folder });
      byFolder.set(folder, converter);
      converters.set(set, converter);
    } catch (error) {
      const mistakes = error instanceof MappingError ? error.mistakes : [];
      // An error that all sets share is not a fault of this set.
      const isOfAll = error instanceof TermsError || (error as { path?: unknown }).path === presets.terms;
      tell({
        ready: false,
        set: isOfAll ? '' : set,
        mistakes,
        message: error instanceof Error ? error.message : 'unknown error',
      });
      return;
    }
  }
  const [{ terms } = {}] = converters.values();
  tell({
    ready: true,
    hashes: Object.fromEntries([...converters].map(([set, { mappingHash }]) => [set, mappingHash])),
    ...(terms === undefined ? {} : { terms: termsInUse(terms) }),
  });
  // Only after the service knows that the worker is ready. A document that comes meanwhile would be as slow without the
  // warm-up.
  if (warmUp !== undefined) {
    const options = { set: DEFAULT_SET };
    perform(converters, { kind: 'document', options, format: 'json', include: [] }, readFileSync(warmUp));
  }
  if (signatures !== undefined) {
    // Loaded late: most services verify no signatures.
    const { withSignatures } = await import('../../signature/with-signatures.js');
    for (const [set, one] of converters) converters.set(set, withSignatures(one, signatures));
  }
  for (;;) {
    const frame = readFrameSync<Job>(CHANNEL);
    if (frame === undefined) return;
    const { header: job, body } = frame;
    if (job.question !== undefined) {
      if (job.question.ask === 'attach' || job.question.ask === 'task') {
        const { answerAttachment } = await import('./answer-attachment.js');
        const answer = await answerAttachment(converters, purposes, { ...job, question: job.question }, body);
        writeFrameSync(CHANNEL, answer.outcome, answer.bytes);
        continue;
      }
      // Loaded with the first question: a service that only converts does not need it.
      const { answerQuestion } = await import('./answer-question.js');
      const answer = await answerQuestion(converters, purposes, { ...job, question: job.question }, body);
      writeFrameSync(CHANNEL, answer.outcome, answer.bytes);
      continue;
    }
    const { outcome, bytes } = await answer(converters, job, body);
    writeFrameSync(CHANNEL, outcome, bytes);
  }
}

async function answer(converters: ReadonlyMap<string, Converter>, job: Job, body: Uint8Array) {
  if (job.kind === 'unwrap') return await performUnwrap(job, body);
  const isClosed = job.kind === 'document' && job.takenOut === undefined && isEnvelope(body, job.mediaType);
  return isClosed ? await performEnvelope(converters, job, body) : perform(converters, job, body);
}

/** What the service says about its pack, without the tables that only readers of the pack need. */
function termsInUse({ sha256, sources, notices }: TermsInUse): TermsInUse {
  return {
    sha256,
    sources: sources.map(({ title, version, sha256: hash }) => ({ title, version, sha256: hash })),
    notices,
  };
}

function tell(readiness: Readiness): void {
  writeFrameSync(CHANNEL, readiness, NOTHING);
}

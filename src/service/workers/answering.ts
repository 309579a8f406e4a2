/** What all questions share: the requested mapping set, the time taken, and the errors. */
import type { Converter } from '../../conversion.js';
import { loadPurposes, type PurposeOptions, type PurposeSet } from '../../purpose/load.js';
import type { Job, Outcome, Success } from './job.js';
import { converterOfSet, failureOf, NO_FACTS } from './perform.js';

export interface QuestionAnswer {
  readonly write: () => string;
  readonly issues: Success['issues'];
  /** Absent if nothing was converted. */
  readonly facts?: Success['facts'];
}

export async function answering(
  converters: ReadonlyMap<string, Converter>,
  job: Job,
  answer: (converter: Converter) => Promise<QuestionAnswer>,
): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  const started = performance.now();
  try {
    const converter = converterOfSet(converters, job.options.set);
    const { write, issues, facts = NO_FACTS } = await answer(converter);
    const converted = performance.now();
    const text = write();
    const outcome: Outcome = {
      ok: true,
      issues,
      facts,
      mappingHash: converter.mappingHash,
      convertMilliseconds: converted - started,
      writeMilliseconds: performance.now() - converted,
    };
    return { outcome, bytes: Buffer.from(text, 'utf8') };
  } catch (error) {
    return { outcome: failureOf(error, job), bytes: new Uint8Array(0) };
  }
}

/** Loaded with the first question that needs them: a service that only converts does not need them. */
let loaded: PurposeSet | undefined;

export function loadedPurposes(options: PurposeOptions): PurposeSet {
  return (loaded ??= loadPurposes(options));
}

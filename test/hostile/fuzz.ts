import { writeXml } from '../../src/bundle/write-xml.js';
import type { Converter } from '../../src/conversion.js';
import { DocumentError, LimitError, writeJson } from '../../src/index.js';
import { seeded } from '../seeded.js';
import { mutantOf, type Original } from './mutate.js';
import { faultsOf } from './sound.js';

export interface Fuzzing {
  readonly seed: number;
  /** The number of the first mutant. */
  readonly from: number;
  readonly mutants: number;
}

export interface Fuzzed {
  readonly number: number;
  /** The document that it was made from. */
  readonly name: string;
  readonly outcome: 'converted' | 'refused' | 'failed';
  readonly faults: readonly string[];
  readonly bytes: Uint8Array;
}

/** Far above what any of these documents takes, on a machine that has other things to do. */
const SECONDS = 10;

/** Converts mutant after mutant and says what became of each. */
export function* fuzz(
  converter: Converter,
  documents: readonly Original[],
  { seed, from, mutants }: Fuzzing,
): Generator<Fuzzed> {
  for (let number = from; number < from + mutants; number++) {
    const random = seeded(seed * 1_000_003 + number);
    const original = documents[Math.floor(random() * documents.length)]!;
    const bytes = mutantOf(original, documents, random);
    const { outcome, faults } = judge(converter, bytes);
    yield { number, name: original.name, outcome, faults, bytes };
  }
}

function judge(converter: Converter, bytes: Uint8Array): Pick<Fuzzed, 'outcome' | 'faults'> {
  try {
    const { bundle, ledger } = converter.convert(bytes, { timeLimitSeconds: SECONDS });
    const json = writeJson(bundle);
    const faults = faultsOf(bundle, json);
    writeXml(bundle);
    const { facts, ...others } = ledger.totals;
    const sum = [others.mapped, others.used, others.narrative, others.dropped, others.unmapped].reduce((a, b) => a + b);
    if (facts !== sum) faults.push('a ledger that does not add up');
    if (writeJson(converter.convert(bytes, { timeLimitSeconds: SECONDS }).bundle) !== json)
      faults.push('another Bundle the second time');
    return { outcome: faults.length === 0 ? 'converted' : 'failed', faults };
  } catch (error) {
    if (error instanceof DocumentError) return { outcome: 'refused', faults: [] };
    if (error instanceof LimitError && error.limit === 'output') return { outcome: 'refused', faults: [] };
    const place = error instanceof Error ? /\/(?:src|dist)\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0] : undefined;
    return { outcome: 'failed', faults: [`${String(error).slice(0, 200)} ${place ?? ''}`] };
  }
}

/** What the author's commands do with each document; it runs in a worker thread where there are many. */
import { readFileSync } from 'node:fs';
import { diffOf, type DocumentDiff, type Side } from '../author/diff.js';
import { mayDiffer, type MayDiffer } from '../author/set-difference.js';
import { countedFacts, type CountedFact } from '../author/unmapped.js';
import type { FactStatus } from '../conversion.js';
import { convertAsking, createExaminer, type Asking } from '../examine.js';
import { builtSet } from '../mapping/checked-set.js';
import { loadMappings, type LoadedMappings } from '../mapping/load.js';
import type { MappingSet } from '../mapping/mapping-set.js';
import { isEnvelope } from '../unwrap/kind.js';
import { DocumentError } from '../xml/document-error.js';
import { complaintsOf } from './complaints.js';

export type AuthorTask =
  | {
      readonly kind: 'diff';
      readonly from: string;
      readonly to: string;
      readonly sender?: string;
      /** The hashes of sets that have no mistake, where that is known. */
      readonly fromHash?: string;
      readonly toHash?: string;
    }
  | { readonly kind: 'ledger'; readonly mappings: string; readonly status: FactStatus; readonly sender?: string };

export type AuthorAnswer =
  | { readonly kind: 'diff'; readonly diff: DocumentDiff }
  | { readonly kind: 'ledger'; readonly facts: readonly CountedFact[]; readonly total: number }
  | { readonly kind: 'failed'; readonly complaints: readonly string[] };

const ENVELOPE = 'It is an envelope around documents; cairn unwrap FILE --out DIR writes them, each in a file.';

/** Loads what a task needs, and returns the function that does the task for a file. @throws MappingError */
export function prepare(task: AuthorTask): (file: string) => AuthorAnswer {
  const options = task.sender === undefined ? {} : { sender: task.sender };
  if (task.kind === 'ledger') {
    const examine = createExaminer({ mappings: task.mappings }, 'facts');
    return (file) => {
      try {
        const bytes = readFileSync(file);
        if (isEnvelope(bytes)) throw new DocumentError('not-supported', ENVELOPE);
        const examination = examine(bytes, options);
        const facts = countedFacts(examination, task.status);
        return { kind: 'ledger', facts, total: examination.conversion.ledger.totals.facts };
      } catch (error) {
        return { kind: 'failed', complaints: complaintsOf(error, file) };
      }
    };
  }
  return differ(task, options);
}

/**
 * A trace makes a conversion a tenth slower. If a larger share of the documents has changed, it costs less to convert every
 * document with a trace at once than to convert the changed ones again.
 */
const MANY_CHANGED = 1 / 10;
/** How many documents are converted with a trace before that is decided. */
const FIRST_DOCUMENTS = 4;

/**
 * Converts a file by the earlier set, and by the later set too where that may make something else of it; then compares what
 * comes out.
 */
function differ(
  task: Extract<AuthorTask, { kind: 'diff' }>,
  options: { readonly sender?: string },
): (file: string) => AuthorAnswer {
  const [from, to] = [load(task.from, task.fromHash), load(task.to, task.toHash)];
  const differences = new Map<MappingSet, Map<MappingSet, MayDiffer>>();
  const differenceOf = (one: MappingSet, other: MappingSet): MayDiffer => {
    const known = differences.get(one) ?? new Map<MappingSet, MayDiffer>();
    differences.set(one, known);
    const found = known.get(other) ?? mayDiffer(one, other);
    known.set(other, found);
    return found;
  };
  let [compared, convertedTwice, changed] = [0, 0, 0];
  return (file) => {
    const failed: { from?: string; to?: string } = {};
    const convert = (set: LoadedMappings, name: 'from' | 'to', trace: boolean): Asking | undefined => {
      try {
        return convertAsking(set, readFileSync(file), trace ? { ...options, trace } : options);
      } catch (error) {
        failed[name] = complaintsOf(error, file).join('; ');
        return undefined;
      }
    };
    const traced = compared < FIRST_DOCUMENTS || changed > compared * MANY_CHANGED;
    compared++;
    const before = convert(from, 'from', traced);
    if (before !== undefined && !differenceOf(before.setFor(from), before.setFor(to))(before.asked)) {
      const { unmapped } = before.conversion.ledger.totals;
      return { kind: 'diff', diff: { changes: [], unmapped: [unmapped, unmapped] } };
    }
    const tracedToo = traced || changed >= convertedTwice * MANY_CHANGED;
    const after = convert(to, 'to', tracedToo);
    if (before === undefined || after === undefined)
      return { kind: 'diff', diff: { changes: [], unmapped: [0, 0], failed } };
    const sideOf = (set: LoadedMappings, asking: Asking, isTraced: boolean): Side => {
      let traceOf = isTraced ? asking.traceOf : undefined;
      return {
        conversion: asking.conversion,
        hash: set.hash,
        traceOf: (target) =>
          (traceOf ??= convertAsking(set, readFileSync(file), { ...options, trace: true }).traceOf)(target),
      };
    };
    const diff = diffOf(sideOf(from, before, traced), sideOf(to, after, tracedToo));
    convertedTwice++;
    if (diff.changes.length > 0) changed++;
    return { kind: 'diff', diff };
  };
}

/** A set; one that the command has checked already, and that is still the same, is not checked once more. */
function load(set: string, checkedHash: string | undefined): LoadedMappings {
  const built = builtSet();
  if (checkedHash === undefined || checkedHash === built.hash) return loadMappings(set);
  return loadMappings(set, undefined, { ...built, hash: checkedHash, needs: new Map() });
}

/** What the author's commands do with each document; it runs in a worker thread where there are many. */
import { readFileSync } from 'node:fs';
import { diffOf, type DocumentDiff } from '../author/diff.js';
import { countedFacts, type CountedFact } from '../author/unmapped.js';
import type { FactStatus } from '../conversion.js';
import { createConverter, createExaminer } from '../convert.js';
import { complaintsOf } from './complaints.js';

export type AuthorTask =
  | { readonly kind: 'diff'; readonly from: string; readonly to: string; readonly sender?: string }
  | { readonly kind: 'ledger'; readonly mappings: string; readonly status: FactStatus; readonly sender?: string };

export type AuthorAnswer =
  | { readonly kind: 'diff'; readonly diff: DocumentDiff }
  | { readonly kind: 'ledger'; readonly facts: readonly CountedFact[]; readonly total: number }
  | { readonly kind: 'failed'; readonly complaints: readonly string[] };

/** Loads what a task needs, and returns the function that does the task for a file. @throws MappingError */
export function prepare(task: AuthorTask): (file: string) => AuthorAnswer {
  const options = task.sender === undefined ? {} : { sender: task.sender };
  if (task.kind === 'ledger') {
    const examine = createExaminer({ mappings: task.mappings }, 'facts');
    return (file) => {
      try {
        const examination = examine(readFileSync(file), options);
        const facts = countedFacts(examination, task.status);
        return { kind: 'ledger', facts, total: examination.conversion.ledger.totals.facts };
      } catch (error) {
        return { kind: 'failed', complaints: complaintsOf(error, file) };
      }
    };
  }
  return differ(task.from, task.to, options);
}

/**
 * If a larger share of the documents has changed, it costs less to convert every document with a trace at once than to
 * convert the changed ones again.
 */
const MANY_CHANGED = 1 / 4;
/** How many documents are compared before that is decided. */
const FIRST_DOCUMENTS = 4;

/** Converts a file by both sets, and compares what comes out. */
function differ(fromSet: string, toSet: string, options: { readonly sender?: string }): (file: string) => AuthorAnswer {
  const [from, to] = [createConverter({ mappings: fromSet }), createConverter({ mappings: toSet })];
  let compared = 0;
  let changed = 0;
  return (file) => {
    const failed: { from?: string; to?: string } = {};
    const traced = compared >= FIRST_DOCUMENTS && changed > compared * MANY_CHANGED;
    const side = (converter: typeof from, name: 'from' | 'to') => {
      try {
        const bytes = readFileSync(file);
        const conversion = converter.convert(bytes, traced ? { ...options, trace: true } : options);
        return {
          conversion,
          hash: converter.mappingHash,
          // A trace is asked for only where something differs.
          trace: () => (traced ? conversion : converter.convert(bytes, { ...options, trace: true })).trace,
        };
      } catch (error) {
        failed[name] = complaintsOf(error, file).join('; ');
        return undefined;
      }
    };
    const [before, after] = [side(from, 'from'), side(to, 'to')];
    if (before === undefined || after === undefined)
      return { kind: 'diff', diff: { changes: [], unmapped: [0, 0], failed } };
    const diff = diffOf(before, after);
    compared++;
    if (diff.changes.length > 0) changed++;
    return { kind: 'diff', diff };
  };
}

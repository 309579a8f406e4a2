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

/** Loads what a task needs; answers what does it for a file. @throws MappingError */
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
  const [from, to] = [createConverter({ mappings: task.from }), createConverter({ mappings: task.to })];
  return (file) => {
    const failed: { from?: string; to?: string } = {};
    const side = (converter: typeof from, name: 'from' | 'to') => {
      try {
        const bytes = readFileSync(file);
        return {
          conversion: converter.convert(bytes, options),
          hash: converter.mappingHash,
          // Most documents are as they were: to trace them would be for nothing.
          trace: () => converter.convert(bytes, { ...options, trace: true }).trace,
        };
      } catch (error) {
        failed[name] = complaintsOf(error, file).join('; ');
        return undefined;
      }
    };
    const [before, after] = [side(from, 'from'), side(to, 'to')];
    if (before === undefined || after === undefined)
      return { kind: 'diff', diff: { changes: [], unmapped: [0, 0], failed } };
    return { kind: 'diff', diff: diffOf(before, after) };
  };
}

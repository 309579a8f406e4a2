import type { BundleChange, DocumentDiff } from './diff.js';

/** Changes of one kind, at one element, by one rule. */
export interface ChangeGroup extends Pick<BundleChange, 'kind' | 'element' | 'fromRule' | 'toRule'> {
  readonly count: number;
  readonly documents: number;
  readonly examples: readonly (Pick<BundleChange, 'target' | 'from' | 'to'> & { readonly file: string })[];
}

export interface DiffSummary {
  readonly documents: number;
  /** Documents in which anything has changed. */
  readonly changed: number;
  readonly resources: { readonly added: number; readonly gone: number; readonly changed: number };
  /** How many facts are unmapped, before and after; absent where both sets have the same files, and nothing was converted. */
  readonly unmapped?: readonly [from: number, to: number];
  /** The documents in which anything has changed, with how many changes each has. */
  readonly differing: readonly { readonly file: string; readonly changes: number }[];
  /** The most frequent first. */
  readonly groups: readonly ChangeGroup[];
  readonly failed: readonly { readonly file: string; readonly from?: string; readonly to?: string }[];
}

const EXAMPLES = 3;

/** Counts what has changed over many documents: by kind, element and rule. */
export function summaryOf(diffs: readonly { readonly file: string; readonly diff: DocumentDiff }[]): DiffSummary {
  const groups = new Map<
    string,
    {
      group: Pick<BundleChange, 'kind' | 'element' | 'fromRule' | 'toRule'>;
      count: number;
      files: Set<string>;
      examples: ChangeGroup['examples'][number][];
    }
  >();
  const resources = { added: 0, gone: 0, changed: 0 };
  const unmapped: [number, number] = [0, 0];
  const differing: { file: string; changes: number }[] = [];
  for (const { file, diff } of diffs) {
    unmapped[0] += diff.unmapped[0];
    unmapped[1] += diff.unmapped[1];
    if (diff.changes.length > 0 || isNews(diff)) differing.push({ file, changes: diff.changes.length });
    const touched = new Set<string>();
    for (const { kind, element, target, from, to, fromRule, toRule } of diff.changes) {
      if (!element.includes('.') && kind !== 'changed') resources[kind]++;
      else touched.add(target.slice(0, target.indexOf('.')));
      const key = JSON.stringify([kind, element, fromRule, toRule]);
      let known = groups.get(key);
      if (known === undefined) {
        const group = {
          kind,
          element,
          ...(fromRule === undefined ? {} : { fromRule }),
          ...(toRule === undefined ? {} : { toRule }),
        };
        groups.set(key, (known = { group, count: 0, files: new Set(), examples: [] }));
      }
      known.count++;
      // Each example comes from another document, if there are several.
      if (known.examples.length < EXAMPLES && !known.files.has(file))
        known.examples.push({
          file,
          target,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        });
      known.files.add(file);
    }
    resources.changed += touched.size;
  }
  return {
    documents: diffs.length,
    changed: differing.length,
    resources,
    unmapped,
    differing,
    groups: [...groups.values()]
      .map(({ group, count, files, examples }) => ({ ...group, count, documents: files.size, examples }))
      .sort((a, b) => b.count - a.count || (a.element < b.element ? -1 : a.element > b.element ? 1 : 0)),
    failed: diffs.flatMap(({ file, diff }) => (isNews(diff) ? [{ file, ...diff.failed }] : [])),
  };
}

/** An example on one line. Of a whole resource it shows what the resource says, without its id, profiles and narrative. */
export function onOneLine(said: unknown): string {
  if (typeof said !== 'object' || said === null) return JSON.stringify(said);
  return JSON.stringify({ ...said, resourceType: undefined, id: undefined, meta: undefined, text: undefined });
}

/** What is told of two sets that have the same files. */
export function sameSets(documents: number): DiffSummary {
  const resources = { added: 0, gone: 0, changed: 0 };
  return { documents, changed: 0, resources, differing: [], groups: [], failed: [] };
}

/** Whether only one of the two sets can convert the document. */
function isNews({ failed }: DocumentDiff): boolean {
  return failed !== undefined && failed.from !== failed.to;
}

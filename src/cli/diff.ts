import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { diffHtml } from '../author/diff-html.js';
import { onOneLine, sameSets, summaryOf, type ChangeGroup, type DiffSummary } from '../author/diff-summary.js';
import { loadMappings } from '../mapping/load.js';
import { hashOf } from '../mapping/packed-set.js';
import { textsOfSet } from '../mapping/read-files.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { eachDocument } from './each-document.js';
import { documentFiles } from './inputs.js';
import { mappingSet } from './mapping-set-name.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';
import { writeWhole } from './write-file.js';

export const help = `cairn diff --from SET --to SET FILE|DIR...

Converts documents by two mapping sets and tells what differs: resources added, gone and changed, counted by element and rule, with
examples. Provenance and the hash of the set are left out, which differ always. A SET is a folder, a pack (cairn pack) or
packaged: the set that comes with Cairn; --to is packaged where absent.

Options
  --html FILE   writes a report for a review
  --most N      so many kinds of changes (40); 0 for all
  --sender ID   as for convert
  --json        for programs, all of them

Examples hold values of the documents.
Exit status: 0 nothing differs, 1 something does, or a set can't be loaded.
`;

const MOST = 40;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    from: { type: 'string' },
    to: { type: 'string' },
    html: { type: 'string' },
    most: { type: 'string' },
    sender: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (values.from === undefined)
    throw new UsageError('diff needs --from SET: a folder of mappings, a pack, or packaged');
  const [from, to] = [mappingSet(values.from), mappingSet(values.to)];
  if (isSameFile(from, to))
    throw new UsageError(
      'both sets are the same folder; keep the set as it was before you change it: cairn pack mappings --name before --version 1.0.0',
    );
  if (positionals.length === 0) throw new UsageError('diff needs documents');
  if (values.most !== undefined && !/^\d+$/.test(values.most)) throw new UsageError('--most is a number');
  const files = await documentFiles(positionals);
  let summary: DiffSummary;
  try {
    const [fromHash, toHash] = [hashOfSet(from), hashOfSet(to)];
    if (fromHash === toHash) {
      loadMappings(from);
      summary = sameSets(files.length);
    } else {
      const sender = values.sender === undefined ? {} : { sender: values.sender };
      const task = { kind: 'diff', from, to, fromHash, toHash, ...sender } as const;
      // Both sets are checked once, here. The threads don't check them again.
      const answers = await eachDocument(files, task, () => [from, to].forEach((set) => loadMappings(set)));
      summary = summaryOf(
        answers.flatMap((answer, index) =>
          answer.kind === 'diff' ? [{ file: files[index]!, diff: answer.diff }] : [],
        ),
      );
    }
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, 'mappings')));
    return 1;
  }
  if (values.html !== undefined)
    await writeWhole(values.html, reportOf(summary, values.from, values.to ?? 'packaged', values.html));
  const most = values.most === undefined ? MOST : Number(values.most) || Infinity;
  await print(
    terminal.stdout,
    values.json === true ? `${JSON.stringify(summary, undefined, 2)}\n` : linesOf(linesFor(summary, most)),
  );
  return summary.changed === 0 ? 0 : 1;
}

/** The hash that names a set. What is wrong with its files is told when it is loaded. */
function hashOfSet(set: string): string {
  return hashOf(textsOfSet(set, []));
}

function reportOf(summary: DiffSummary, from: string, to: string, report: string): string {
  const folder = dirname(resolve(report));
  const linkTo = (file: string): string => relative(folder, resolve(file)).split(sep).map(encodeURIComponent).join('/');
  return diffHtml(summary, { from, to, linkTo });
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}

function linesFor({ documents, changed, resources, unmapped, groups, failed }: DiffSummary, most: number): string[] {
  if (unmapped === undefined)
    return [`both sets have the same files, so none of ${documents} documents differs (none was converted)`];
  return [
    `${changed} of ${documents} documents differ`,
    `resources: ${resources.added} added, ${resources.gone} gone, ${resources.changed} changed`,
    `unmapped facts: ${unmapped[0]} before, ${unmapped[1]} after`,
    ...failed.map(({ from, to }) =>
      from === undefined
        ? `converted by the earlier set alone: ${to ?? ''}`
        : `converted by the later set alone: ${from}`,
    ),
    ...groups.slice(0, most).flatMap(groupLines),
    ...(groups.length > most ? [`and ${groups.length - most} kinds of changes more (--most 0 tells all)`] : []),
  ];
}

function groupLines({ kind, element, count, documents, fromRule, toRule, examples }: ChangeGroup): string[] {
  const rules = [...new Set([fromRule, toRule])].filter((rule) => rule !== undefined);
  return [
    `${kind} ${element}: ${count} times in ${documents} document${documents === 1 ? '' : 's'}${rules.length === 0 ? '' : `, by ${rules.join(' -> ')}`}`,
    ...examples.flatMap(({ file, target, from, to }) => [
      `    ${file}: ${target}`,
      ...(from === undefined ? [] : [`      - ${short(from)}`]),
      ...(to === undefined ? [] : [`      + ${short(to)}`]),
    ]),
  ];
}

function short(value: unknown): string {
  const text = onOneLine(value);
  return text.length > 200 ? `${text.slice(0, 200)} …` : text;
}

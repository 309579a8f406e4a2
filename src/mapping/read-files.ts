import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Mistake } from './mapping-error.js';
import { checkedMappingFile, parseMappingFile, type MappingFile } from './mapping-file.js';
import { hashOf, textsOfPack } from './packed-set.js';

/** The files of a mapping set, by their kind. */
export interface MappingFiles {
  readonly mappings: readonly MappingFile[];
  readonly fragments: readonly MappingFile[];
  readonly conceptMaps: readonly MappingFile[];
  /** The reasons why facts that no mapping reads are left out. */
  readonly ignored: MappingFile | undefined;
  /** The codes that issues of mappings may have. */
  readonly issues: MappingFile | undefined;
  /** Conditions that selectors name. */
  readonly conditions: MappingFile | undefined;
  /** Lists of codes and of templates for selectors. */
  readonly codeLists: MappingFile | undefined;
  /** The columns of narrative tables that have the words of elements. */
  readonly columns: MappingFile | undefined;
  /** Word lists. */
  readonly words: readonly MappingFile[];
  /** Which acts and organizers only hold other statements. */
  readonly holders: MappingFile | undefined;
  /** Kinds of documents that are refused. */
  readonly refused: MappingFile | undefined;
  /** Questions whether places of a statement agree. */
  readonly agreement: MappingFile | undefined;
  /** Values that stand in the place of an identifier. */
  readonly placeholders: MappingFile | undefined;
  /** The values that templates fix. */
  readonly templates: readonly MappingFile[];
  /** By sender: how it is recognized, and its patches by the id of the mapping. */
  readonly senders: ReadonlyMap<string, SenderFiles>;
  /** The version of US Core that the set is written for, and the later ones. */
  readonly usCore: MappingFile | undefined;
  /** By later version of US Core: its patches. */
  readonly editions: ReadonlyMap<string, SenderFiles>;
  /** SHA-256 over all of them. */
  readonly hash: string;
}

export interface SenderFiles {
  readonly description: MappingFile | undefined;
  readonly patches: readonly MappingFile[];
  /** The changes of word lists: words that are added or removed. */
  readonly words: readonly MappingFile[];
}

/** The values that templates fix: a generated file and one that is kept by hand. */
const TEMPLATES: readonly string[] = ['templates.json', 'templates-by-hand.json'];
/** Files that a set has only once, and folders whose files are not mappings. */
const SHARED: readonly string[] = [
  'ignored.json',
  'conditions.json',
  'code-lists.json',
  'columns.json',
  'agreement.json',
  'issues.json',
  'holders.json',
  'refused.json',
  'us-core/us-core.json',
  'placeholder-identifiers.json',
  ...TEMPLATES,
];
const FOLDERS: readonly string[] = ['fragments', 'conceptmaps', 'words', 'senders', 'us-core'];

/**
 * Reads a folder of mappings, or a pack (see packed-set.ts). Tests (`*.test.json`) and the schema are not part of the
 * set.
 * @param wasChecked says whether the set with a hash is known to have no mistakes
 */
export function readMappingFiles(
  folder: string,
  mistakes: Mistake[],
  wasChecked: (hash: string) => boolean = () => false,
): MappingFiles {
  const texts = textsOfSet(folder, mistakes);
  const hash = hashOf(texts);
  const checked = wasChecked(hash);
  const files = texts.map(([path, text]) =>
    checked ? checkedMappingFile(path, text) : parseMappingFile(path, text, mistakes),
  );
  const byKind = new Map<string, MappingFile[]>();
  for (const file of files) {
    const kind = fileKindOf(file.path);
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [file]);
    else known.push(file);
  }
  const ofKind = (kind: string) => byKind.get(kind) ?? [];
  return {
    mappings: ofKind('mappings'),
    fragments: ofKind('fragments'),
    conceptMaps: ofKind('conceptmaps'),
    words: ofKind('words'),
    columns: ofKind('columns.json')[0],
    ignored: ofKind('ignored.json')[0],
    issues: ofKind('issues.json')[0],
    conditions: ofKind('conditions.json')[0],
    codeLists: ofKind('code-lists.json')[0],
    holders: ofKind('holders.json')[0],
    refused: ofKind('refused.json')[0],
    agreement: ofKind('agreement.json')[0],
    placeholders: ofKind('placeholder-identifiers.json')[0],
    templates: TEMPLATES.flatMap(ofKind),
    senders: senderFiles(ofKind('senders')),
    usCore: ofKind('us-core/us-core.json')[0],
    editions: senderFiles(ofKind('us-core')),
    hash,
  };
}

/** The kind of a file of a set, from its path: `conditions.json`, `fragments`, `mappings`. */
export function fileKindOf(path: string): string {
  return SHARED.includes(path) ? path : (FOLDERS.find((name) => path.startsWith(`${name}/`)) ?? 'mappings');
}

function senderFiles(files: readonly MappingFile[]): Map<string, SenderFiles> {
  const folder = ({ path }: MappingFile) => path.split('/')[1]!;
  const senders = new Set(files.map(folder));
  return new Map(
    [...senders].map((sender) => {
      const own = files.filter((file) => folder(file) === sender);
      const description = own.find(({ path }) => path.endsWith(`/${sender}/sender.json`));
      const words = own.filter(({ path }) => path.includes(`/${sender}/words/`));
      const patches = own.filter((file) => file !== description && !words.includes(file));
      return [sender, { description, patches, words }];
    }),
  );
}

/** The texts of the files that make a set, by path, in the order of their paths. */
export function textsOfSet(set: string, mistakes: Mistake[]): [path: string, text: string][] {
  if (statSync(set).isFile()) return textsOfPack(readFileSync(set, 'utf8'), set, mistakes);
  return jsonFiles(set).map((path) => [path, readFileSync(`${set}/${path}`, 'utf8')]);
}

/** Another text once a file of the folder was written, added or taken away: names, lengths and times, as `make` goes by. */
export function stateOfSet(folder: string): string {
  return jsonFiles(folder)
    .map((path) => {
      const { size, mtimeMs } = statSync(`${folder}/${path}`);
      return `${path} ${String(size)} ${String(mtimeMs)}`;
    })
    .join('\n');
}

/** The paths, with `/`, sorted by code unit, so that the order and the hash are the same on every machine. */
function jsonFiles(folder: string): string[] {
  const paths: string[] = [];
  addJsonFiles(folder, '', paths);
  return paths.sort((a, b) => (a < b ? -1 : 1));
}

function addJsonFiles(folder: string, before: string, paths: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isDirectory()) addJsonFiles(join(folder, name), `${before}${name}/`, paths);
    else if (entry.isFile() && name.endsWith('.json') && !name.endsWith('.test.json') && !name.endsWith('.schema.json'))
      paths.push(before + name);
  }
}

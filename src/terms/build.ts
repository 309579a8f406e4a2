/** `cairn terms build`: from the files that a customer has to one term pack. */
import { basename, dirname } from 'node:path';
import { CodeCollector } from './sources/collector.js';
import { findFiles } from './sources/find-sources.js';
import { sourceKinds } from './sources/kinds.js';
import { sourceLines, sourceText, type FileReading, type SourceFile } from './sources/source-file.js';
import type { SourceFileKind } from './sources/source-kind.js';
import type { PackManifest } from './pack/form.js';
import { createLineSorter } from './pack/sort-lines.js';
import { TermsError } from './pack/terms-error.js';
import { writePack } from './pack/write-pack.js';

export interface BuildProgress {
  /** A file is being read. This is told again and again while it is read. */
  reading?(file: string, bytes: number): void;
  /** A file is read. */
  done?(file: string, title: string, version: string, statements: number): void;
  /** All files have been read, and the pack is being written. */
  writing?(): void;
}

/** The progress is told after this many lines, so that a person who waits sees it move. */
const LINES_BETWEEN = 50_000;

/**
 * Makes a term pack of files, folders and ZIP archives. What is told of a code twice, the source that was named first
 * decides. The same sources in the same order give the same file, byte for byte.
 *
 * @throws TermsError where a source can't be used, or there is none
 *
 *   await buildTermPack(['RxNorm_full_prescribe_11032026.zip', 'Loinc.csv'], 'all.terms')
 */
export async function buildTermPack(
  paths: readonly string[],
  out: string,
  progress: BuildProgress = {},
): Promise<PackManifest> {
  const sorter = createLineSorter();
  try {
    const collector = new CodeCollector((line) => sorter.add(line));
    for (const path of paths) {
      const files = await findFiles(path);
      const known = await recognized(files);
      if (known.length === 0) throw new TermsError(`${path}: no file that a term pack is made of (docs/terms.md)`);
      for (const { file, kind } of known) await read(file, kind, files, collector, progress);
    }
    progress.writing?.();
    return writePack(out, sorter.sorted(), {
      sources: collector.sources,
      systems: collector.systems,
      maps: collector.maps,
      notices: [...collector.notices],
    });
  } finally {
    sorter.discard();
  }
}

async function recognized(files: readonly SourceFile[]): Promise<{ file: SourceFile; kind: SourceFileKind }[]> {
  const known: { file: SourceFile; kind: SourceFileKind }[] = [];
  for (const file of files) {
    const start = await startOf(file);
    const [first = ''] = start.split(/\r?\n/, 1);
    const kind = sourceKinds.find(({ matches }) => matches(file.name, first, start));
    if (kind !== undefined) known.push({ file, kind });
  }
  return known;
}

async function read(
  file: SourceFile,
  { kind, title, read: readSource }: SourceFileKind,
  files: readonly SourceFile[],
  collector: CodeCollector,
  progress: BuildProgress,
): Promise<void> {
  const reading: FileReading = { bytes: 0, sha256: '' };
  collector.statements = 0;
  const told = await readSource({
    file,
    lines: counted(sourceLines(file, reading), () => progress.reading?.(file.path, reading.bytes)),
    text: () => sourceText(file, reading),
    beside: files.filter((other) => other !== file && dirname(other.path).startsWith(releaseOf(file.path))),
    collector,
  });
  const { bytes, sha256 } = reading;
  const { title: own = title, version = sha256.slice(0, 12) } = typeof told === 'object' ? told : { version: told };
  const { statements } = collector;
  collector.sources.push({ kind, title: own, version, file: basename(file.path), bytes, sha256, statements });
  progress.done?.(file.path, own, version, statements);
}

/** The folder of a release: files that belong together may stand in folders beside each other (SNOMED CT). */
function releaseOf(path: string): string {
  return dirname(path).replace(/([/\\])Snapshot([/\\].*)?$/i, '$1Snapshot');
}

async function* counted(lines: AsyncIterable<string>, tell: () => void): AsyncGenerator<string> {
  let count = 0;
  for await (const line of lines) {
    if (++count % LINES_BETWEEN === 0) tell();
    yield line;
  }
}

async function startOf(file: SourceFile): Promise<string> {
  for await (const chunk of await file.open()) {
    const bytes = chunk as Buffer;
    return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
  }
  return '';
}

/**
 * Finds rules. The trace and the ledger name a directive by its file and a JSON pointer into that file
 * (`problems/problem-observation.json#/resource/code/$first/3`).
 */
import { valueAtPointer, type MappingFile } from './mapping-file.js';
import type { MappingFiles } from './read-files.js';

/** A rule that was found. */
export interface RulePlace {
  /** Path inside the mapping set. */
  readonly file: string;
  /** JSON pointer into it; empty for the whole file. */
  readonly pointer: string;
  /** The value at that place. */
  readonly value: unknown;
  /** The file itself, which has the text. */
  readonly source: MappingFile;
}

/** Splits `a.json#/b` into its two parts. */
function splitRule(rule: string): { readonly file: string; readonly pointer: string } {
  const hash = rule.indexOf('#');
  return hash < 0 ? { file: rule, pointer: '' } : { file: rule.slice(0, hash), pointer: rule.slice(hash + 1) };
}

/**
 * The rule in the file that an author has to open. If a sender's patch says it, that is the patch; if the patch leaves
 * it as it was, the file that the patch changes. Undefined if there is no such rule.
 */
export function findRule(files: MappingFiles, rule: string): RulePlace | undefined {
  const { file, pointer } = splitRule(rule);
  const source = filesByPath(files).get(file);
  return source === undefined ? undefined : placeIn(source, pointer);
}

function placeIn(source: MappingFile, pointer: string): RulePlace | undefined {
  const { patched } = source;
  if (patched !== undefined) {
    const wanted = valueAtPointer(source.value, pointer);
    for (const own of [patched.patch, patched.base]) {
      const found = valueAtPointer(own.value, pointer);
      if (found !== undefined && JSON.stringify(found) === JSON.stringify(wanted)) return placeIn(own, pointer);
    }
  }
  const value = valueAtPointer(source.value, pointer);
  return value === undefined ? undefined : { file: source.path, pointer, value, source };
}

const indexes = new WeakMap<MappingFiles, ReadonlyMap<string, MappingFile>>();

/** Every file of a set by its path. A file that a sender patches is also found by the path of the original. */
export function filesByPath(files: MappingFiles): ReadonlyMap<string, MappingFile> {
  let index = indexes.get(files);
  if (index === undefined) {
    index = new Map(
      partsOf(files).flatMap((file) => [
        [file.path, file],
        ...(file.patched === undefined ? [] : [[file.patched.base.path, file] as const]),
      ]),
    );
    indexes.set(files, index);
  }
  return index;
}

/** All files of a set, with those of its senders and of later versions of US Core. */
export function allFiles(files: MappingFiles): MappingFile[] {
  const own = [...files.senders.values(), ...files.editions.values()].flatMap(({ description, patches, words }) => [
    ...(description === undefined ? [] : [description]),
    ...patches,
    ...words,
  ]);
  return [...partsOf(files), ...own];
}

function partsOf(files: MappingFiles): MappingFile[] {
  return Object.values(files as unknown as Readonly<Record<string, unknown>>).flatMap(filesIn);
}

/** The files in a member of a set, whether it is one file or several; none for other values. */
function filesIn(value: unknown): MappingFile[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  return typeof value === 'object' && value !== null && 'path' in value && 'text' in value
    ? [value as MappingFile]
    : [];
}

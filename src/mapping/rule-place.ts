/**
 * Finds rules. The trace and the ledger name a directive by its file and a JSON pointer into that file
 * (`problems/problem-observation.json#/resource/code/$first/3`).
 */
import type { PatchOperation } from './json-patch.js';
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

/**
 * The rule at a place that `findRule` has found already, as the trace names it. The file is taken as it was written,
 * without the patches of a sender: they move the items of lists.
 */
export function foundRule(files: MappingFiles, file: string, pointer: string): RulePlace | undefined {
  for (const part of partsOf(files)) {
    const source = asWritten(part, file);
    const value = source && valueAtPointer(source.value, pointer);
    if (source !== undefined && value !== undefined) return { file, pointer, value, source };
  }
  return undefined;
}

function asWritten(source: MappingFile, path: string): MappingFile | undefined {
  if (source.patched === undefined) return source.path === path ? source : undefined;
  return asWritten(source.patched.patch, path) ?? asWritten(source.patched.base, path);
}

function placeIn(source: MappingFile, pointer: string): RulePlace | undefined {
  const { patched } = source;
  const value = valueAtPointer(source.value, pointer);
  if (value === undefined) return undefined;
  if (patched !== undefined) {
    const text = JSON.stringify(value);
    const has = (file: MappingFile, place: string): boolean =>
      JSON.stringify(valueAtPointer(file.value, place)) === text;
    const operation = operationFor(source, patched.patch, pointer);
    const inPatch = operation !== undefined && has(patched.patch, operation) ? operation : pointer;
    if (has(patched.patch, inPatch)) return placeIn(patched.patch, inPatch);
    const inBase = has(patched.base, pointer) ? pointer : beforePatch(source, patched.base, pointer);
    if (has(patched.base, inBase)) return placeIn(patched.base, inBase);
  }
  return { file: source.path, pointer, value, source };
}

/**
 * The place of a rule in the `$patch` that put it there: `/resource/status/$first/0/$when` is
 * `/$patch/0/value/$when` of `{ "$patch": [{ "op": "add", "path": "/resource/status/$first/0", "value": … }] }`.
 */
function operationFor(source: MappingFile, patch: MappingFile, pointer: string): string | undefined {
  const operations = valueAtPointer(patch.value, '/$patch');
  if (!Array.isArray(operations)) return undefined;
  for (const [index, { path, value }] of (operations as readonly PatchOperation[]).entries()) {
    if (typeof path !== 'string' || value === undefined) continue;
    // A later operation may have moved it in its list, and `-` is the end of the list.
    const list = path.slice(0, path.lastIndexOf('/') + 1);
    const [, item, rest = ''] = pointer.startsWith(list)
      ? (/^([^/]+)(\/.*)?$/.exec(pointer.slice(list.length)) ?? [])
      : [];
    if (item === undefined || (list + item !== path && !/^(\d+|-)$/.test(path.slice(list.length)))) continue;
    if (JSON.stringify(valueAtPointer(source.value, list + item)) === JSON.stringify(value))
      return `/$patch/${index}/value${rest}`;
  }
  return undefined;
}

/** The pointer that led to a rule before a `$patch` moved the items of the lists around it. */
function beforePatch(source: MappingFile, base: MappingFile, pointer: string): string {
  let known = '';
  let asked = '';
  for (const key of pointer.split('/').slice(1)) {
    asked += `/${key}`;
    const wanted = JSON.stringify(valueAtPointer(source.value, asked));
    const list = valueAtPointer(base.value, known);
    const index = Array.isArray(list) ? list.findIndex((item) => JSON.stringify(item) === wanted) : -1;
    known += index < 0 ? `/${key}` : `/${index}`;
  }
  return known;
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

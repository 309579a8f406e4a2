import { ownValue } from '../own-value.js';
import { CONDITION_KINDS } from './conditions.js';
import { suggestion } from '../xpath/nearest.js';
import { patched, PatchError, type PatchOperation } from './json-patch.js';
import { escapePointer, locate, parseMappingFile, type MappingFile } from './mapping-file.js';
import type { Mistake } from './mapping-error.js';
import { mergePatch } from './overlay.js';
import type { MappingFiles, SenderFiles } from './read-files.js';

/**
 * The files of a set with a sender's patches. A patch has the name of what it changes:
 *
 *   senders/acme/problem-observation.json   the mapping (or drop rule) with that id, in whatever folder it is
 *   senders/acme/fragments/problem.json     the fragment
 *   senders/acme/conceptmaps/severity.json  the ConceptMap
 *   senders/acme/conditions.json            conditions, by their names
 *   senders/acme/code-lists.json            codes of lists, by the names of the lists
 *
 * A merge patch can't change a place in a list. For that a patch has `$patch`: a list of operations (RFC 6902), which
 * are done after the merge. A mistake that a patch makes is shown in the patch.
 */
export function patchedFiles(files: MappingFiles, { patches }: SenderFiles, mistakes: Mistake[]): MappingFiles {
  const left = new Map(patches.map((patch) => [nameOf(patch), patch]));
  const changed = (file: MappingFile, name: string, base: typeof withoutReplaced = (value) => value): MappingFile => {
    const patch = left.get(name);
    if (patch === undefined) return file;
    left.delete(name);
    const { $patch, ...given } = (patch.value ?? {}) as Readonly<Record<string, unknown>>;
    const changes = withoutOtherId(given, file, patch, mistakes);
    reportGone(changes, file.value, patch, '', mistakes);
    const merged = mergePatch(base(file.value, changes), changes);
    const text = JSON.stringify(
      $patch === undefined ? merged : withOperations(merged, $patch, patch, mistakes),
      null,
      2,
    );
    return { ...parseMappingFile(patch.path, text, mistakes), patched: { base: file, patch } };
  };
  const { conditions, codeLists } = files;
  const result: MappingFiles = {
    ...files,
    mappings: files.mappings.map((file) => changed(file, `${idOf(file)}.json`)),
    fragments: files.fragments.map((file) => changed(file, nameInSet(file))),
    conceptMaps: files.conceptMaps.map((file) => changed(file, nameInSet(file))),
    conditions: conditions === undefined ? undefined : changed(conditions, nameInSet(conditions), withoutReplaced),
    codeLists: codeLists === undefined ? undefined : changed(codeLists, nameInSet(codeLists)),
  };
  for (const { path } of left.values()) {
    mistakes.push({
      file: path,
      line: 1,
      column: 1,
      message: 'there is nothing in the set that this file is named after',
    });
  }
  return result;
}

/**
 * The conditions without those parts that a patch replaces. So a sender can write `{ "test": "false()" }` for a
 * condition that has `{ "any": […] }` in the set, without knowing which of the two it has.
 */
function withoutReplaced(base: unknown, patch: unknown): unknown {
  const { conditions } = base as Conditions;
  const changes = (patch as Conditions | undefined)?.conditions ?? {};
  const kept = Object.entries(conditions ?? {}).map(([name, condition]) => {
    const says = ownValue(changes, name) ?? {};
    return [name, CONDITION_KINDS.some((kind) => kind in says) ? withoutKinds(condition) : condition] as const;
  });
  return { ...(base as object), conditions: Object.fromEntries(kept) };
}

interface Conditions {
  readonly conditions?: Readonly<Record<string, object>>;
}

function withoutKinds(condition: object): object {
  return Object.fromEntries(Object.entries(condition).filter(([key]) => !CONDITION_KINDS.some((kind) => kind === key)));
}

/** Reports what a patch takes out (`null`) although the set does not have it, or no longer has it. */
function reportGone(patch: unknown, base: unknown, file: MappingFile, pointer: string, mistakes: Mistake[]): void {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return;
  const known = typeof base === 'object' && base !== null && !Array.isArray(base) ? base : {};
  for (const [key, value] of Object.entries(patch)) {
    const at = `${pointer}/${escapePointer(key)}`;
    const there = ownValue(known as Readonly<Record<string, unknown>>, key);
    if (value === null && there === undefined) {
      const message = `the set has no "${key}" here to take out${suggestion(key, Object.keys(known))}`;
      mistakes.push({ file: file.path, ...locate(file, at, 'key'), message });
    } else reportGone(value, there, file, at, mistakes);
  }
}

/**
 * The changes without another id, which is reported. Other files name the mapping by its id, and so does the patch's own
 * name.
 */
function withoutOtherId(
  changes: Readonly<Record<string, unknown>>,
  base: MappingFile,
  patch: MappingFile,
  mistakes: Mistake[],
): Readonly<Record<string, unknown>> {
  const { id, ...others } = changes;
  const own = idOf(base);
  if (id === undefined || own === '' || id === own) return changes;
  const message = `this file changes the mapping "${own}", whose id stays; a mapping with another id is a file of the set`;
  mistakes.push({ file: patch.path, ...locate(patch, '/id'), message });
  return others;
}

/** Applies `$patch` to a file after the merge (RFC 6902). */
function withOperations(merged: unknown, operations: unknown, file: MappingFile, mistakes: Mistake[]): unknown {
  try {
    if (Array.isArray(operations)) return patched(merged, operations as readonly PatchOperation[]);
    mistakes.push({
      file: file.path,
      ...locate(file, '/$patch'),
      message: '"$patch" is a list of operations (RFC 6902)',
    });
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    mistakes.push({ file: file.path, ...locate(file, `/$patch/${error.index}`), message: error.message });
  }
  return merged;
}

function idOf({ value }: MappingFile): string {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : '';
}

/**
 * The path of a file in the set. If a later version of US Core has changed the file, its `path` is that of the patch.
 */
function nameInSet(file: MappingFile): string {
  return file.patched === undefined ? file.path : nameOf(file);
}

/** The name in a patch's path. The patch of a mapping may stand in a folder, as the mapping does. */
function nameOf({ path }: MappingFile): string {
  const [, , ...rest] = path.split('/');
  return rest[0] === 'fragments' || rest[0] === 'conceptmaps' ? rest.join('/') : (rest.at(-1) ?? '');
}

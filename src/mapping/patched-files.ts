import { ownValue } from '../own-value.js';
import { CONDITION_KINDS } from './conditions.js';
import { parseMappingFile, type MappingFile } from './mapping-file.js';
import type { Mistake } from './mapping-error.js';
import { mergePatch } from './overlay.js';
import type { MappingFiles, SenderFiles } from './read-files.js';

/**
 * The files of a set with a sender's patches. A patch is named after what it changes:
 *
 *   senders/acme/problem-observation.json   the mapping (or rule that drops statements) of that id, wherever it stands
 *   senders/acme/fragments/problem.json     the fragment
 *   senders/acme/conceptmaps/severity.json  the ConceptMap
 *   senders/acme/conditions.json            conditions, by their names
 *   senders/acme/code-lists.json            codes of lists, by the names of the lists
 *
 * A mistake that a patch makes is shown in the patched file's own text.
 */
export function patchedFiles(files: MappingFiles, { patches }: SenderFiles, mistakes: Mistake[]): MappingFiles {
  const left = new Map(patches.map((patch) => [nameOf(patch), patch]));
  const patched = (file: MappingFile, name: string, base: typeof withoutReplaced = (value) => value): MappingFile => {
    const patch = left.get(name);
    if (patch === undefined) return file;
    left.delete(name);
    const text = JSON.stringify(mergePatch(base(file.value, patch.value), patch.value), null, 2);
    return { ...parseMappingFile(patch.path, text, mistakes), patched: { base: file, patch } };
  };
  const { conditions, codeLists } = files;
  const result: MappingFiles = {
    ...files,
    mappings: files.mappings.map((file) => patched(file, `${idOf(file)}.json`)),
    fragments: files.fragments.map((file) => patched(file, file.path)),
    conceptMaps: files.conceptMaps.map((file) => patched(file, file.path)),
    conditions: conditions === undefined ? undefined : patched(conditions, conditions.path, withoutReplaced),
    codeLists: codeLists === undefined ? undefined : patched(codeLists, codeLists.path),
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
 * The conditions that a patch leaves as they are, and of those that it says anew all but what they ask: a sender turns
 * `{ "any": […] }` by `{ "test": "false()" }`, without having to know which of the two the set says.
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

function idOf({ value }: MappingFile): string {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : '';
}

/** What a patch is named after: a mapping's may stand in a folder, as the mapping does. */
function nameOf({ path }: MappingFile): string {
  const [, , ...rest] = path.split('/');
  return rest[0] === 'fragments' || rest[0] === 'conceptmaps' ? rest.join('/') : (rest.at(-1) ?? '');
}

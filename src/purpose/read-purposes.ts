import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValueSet } from 'fhir/r4.js';
import type { Mistake } from '../mapping/mapping-error.js';
import { locate, parseMappingFile, type MappingFile } from '../mapping/mapping-file.js';
import { mergePatch } from '../mapping/overlay.js';
import type { Purpose } from './purpose-file.js';
import { checkSchema, type Schema } from './schema-check.js';

/** The canonical base that the packaged purposes and ValueSets are written with. */
export const WRITTEN_BASE = 'https://cairn.example/fhir';

/** A purpose with the files that it was made of: the packaged one and those that patch it. */
export interface ReadPurpose {
  readonly purpose: Purpose;
  /** If the purpose has a mistake, it is looked for first in the last of these files. */
  readonly files: readonly MappingFile[];
  /** No file patches it, so the tests of the package have already checked it. */
  readonly packaged: boolean;
  /** SHA-256 of the purpose as it is used. */
  readonly hash: string;
}

/**
 * Reads the purposes of folders. A file of a later folder whose id is known is a JSON Merge Patch of it (RFC 7396); a file
 * that can't be read, or isn't as the schema says, goes to `mistakes`.
 */
export function readPurposes(folders: readonly string[], base: string, mistakes: Mistake[]): ReadPurpose[] {
  const byId = new Map<string, { value: unknown; files: MappingFile[]; packaged: boolean }>();
  for (const [index, folder] of folders.entries()) {
    for (const name of jsonFiles(folder)) {
      const path = index === 0 ? name : join(folder, name);
      const text = readFileSync(join(folder, name), 'utf8');
      const file = parseMappingFile(path, withBase(text, base), mistakes);
      if (file.value === undefined) continue;
      const id = idOf(file) ?? name.replace(/\.json$/, '');
      const known = byId.get(id);
      if (known === undefined) byId.set(id, { value: file.value, files: [file], packaged: index === 0 });
      else
        byId.set(id, {
          value: mergePatch(known.value, file.value),
          files: [...known.files, file],
          packaged: false,
        });
    }
  }
  const schema = JSON.parse(readFileSync(join(folders[0]!, 'purpose.schema.json'), 'utf8')) as Schema;
  return [...byId.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { value, files, packaged }]) => {
      const before = mistakes.length;
      checkSchema(schema, schema, value, '', reporter(files, mistakes));
      if (mistakes.length > before) return [];
      const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
      return [{ purpose: value as Purpose, files, packaged, hash }];
    });
}

/** Tells a mistake in the file where it stands: in the patch if the patch says it, else in the file that is patched. */
export function reporter(
  files: readonly MappingFile[],
  mistakes: Mistake[],
): (pointer: string, message: string, part?: 'key' | 'value') => void {
  return (pointer, message, part) => {
    const file = [...files].reverse().find(({ value }) => stands(value, pointer)) ?? files[0]!;
    const name = pointer.slice(pointer.lastIndexOf('/') + 1);
    const what = part === 'key' || pointer === '' || /^\d+$/.test(name) ? message : `"${name}" ${message}`;
    mistakes.push({ file: file.path, ...locate(file, pointer, part), message: what });
  };
}

function stands(value: unknown, pointer: string): boolean {
  let at = value;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as Record<string, unknown>)[step];
  }
  return true;
}

function idOf({ value }: MappingFile): string | undefined {
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : undefined;
}

/**
 * The ValueSets of folders, those inside Bundles included. If two have the same URL, the one of the later folder
 * counts.
 */
export function readValueSets(folders: readonly string[], base: string, mistakes: Mistake[]): ValueSet[] {
  const sets: ValueSet[] = [];
  for (const [index, folder] of folders.entries()) {
    for (const name of jsonFiles(folder)) {
      const path = index === 0 ? `valuesets/${name}` : join(folder, name);
      const text = readFileSync(join(folder, name), 'utf8');
      const { value } = parseMappingFile(path, withBase(text, base), mistakes);
      const found = valueSetsIn(value);
      if (value !== undefined && found.length === 0) {
        mistakes.push({ file: path, line: 1, column: 1, message: 'no ValueSet with a url' });
      }
      sets.push(...found);
    }
  }
  return sets;
}

/**
 * The ValueSets of a resource: itself, or those in a Bundle. A ValueSet without a URL can't be named, so it is
 * ignored.
 */
export function valueSetsIn(value: unknown): ValueSet[] {
  const resource = value as { resourceType?: string; url?: string; entry?: readonly { resource?: unknown }[] } | null;
  if (resource?.resourceType === 'ValueSet' && resource.url !== undefined) return [resource as ValueSet];
  return (resource?.entry ?? []).flatMap((entry) => valueSetsIn(entry.resource));
}

function withBase(text: string, base: string): string {
  return base === WRITTEN_BASE ? text : text.replaceAll(`${WRITTEN_BASE}/`, `${base}/`);
}

/** By code unit, tests and schema left out. */
function jsonFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !/\.(test|schema)\.json$/.test(name))
    .sort((a, b) => (a < b ? -1 : 1));
}

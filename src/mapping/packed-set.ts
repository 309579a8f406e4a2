/**
 * A mapping set in one file that does not change: its files, a name, a version, and one hash of it all. Whoever has the
 * file has exactly what was tested. A pack and the folder that it was made from have the same hash.
 */
import { createHash } from 'node:crypto';
import type { Mistake } from './mapping-error.js';

export interface PackedSet {
  readonly format: typeof FORMAT;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the files. Provenance names the set by it. */
  readonly hash: string;
  /** The text of each file, by its path, sorted. */
  readonly files: Readonly<Record<string, string>>;
}

const FORMAT = 'cairn-mappings-1';

/** The hash of a set, over all its files in the order of their paths. */
export function hashOf(texts: readonly (readonly [path: string, text: string])[]): string {
  const hash = createHash('sha256');
  for (const [path, text] of texts) hash.update(path).update('\0').update(text).update('\0');
  return hash.digest('hex');
}

export function packSet(
  texts: readonly (readonly [path: string, text: string])[],
  name: string,
  version: string,
): PackedSet {
  return { format: FORMAT, name, version, hash: hashOf(texts), files: Object.fromEntries(texts) };
}

/** Reads a pack from a text; undefined if the text is no pack. */
export function readPack(text: string): PackedSet | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, name, version, hash, files } = value as Partial<Record<keyof PackedSet, unknown>>;
  if (format !== FORMAT || typeof name !== 'string' || typeof version !== 'string' || typeof hash !== 'string')
    return undefined;
  if (typeof files !== 'object' || files === null) return undefined;
  return value as PackedSet;
}

/** The files of a pack. It is a mistake if the text is no pack, or if the pack was changed. */
export function textsOfPack(text: string, path: string, mistakes: Mistake[]): [path: string, text: string][] {
  const pack = readPack(text);
  const mistake = (message: string): [] => {
    mistakes.push({ file: path, line: 1, column: 1, message });
    return [];
  };
  if (pack === undefined) return mistake('this file is no packed mapping set; cairn pack makes one of a folder');
  const texts = Object.entries(pack.files);
  if (!texts.every(([, content]) => typeof content === 'string')) return mistake('a file of this pack has no text');
  if (hashOf(texts) !== pack.hash)
    return mistake(`${pack.name}@${pack.version} was changed after it was packed: its hash is another one`);
  return texts;
}

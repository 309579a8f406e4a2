import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { BETWEEN, MAGIC, TRAILER_BYTES, type PackContent, type PackManifest } from './form.js';
import { TermsError } from './terms-error.js';

/** A pack that is open for reading. */
export interface PackFile {
  readonly path: string;
  readonly manifest: PackManifest;
  /** What a row says; undefined where there is no row of that key. */
  statements(key: string): string[] | undefined;
  close(): void;
}

/** A manifest is some kilobytes; one of many megabytes is none. */
const LONGEST_MANIFEST = 16_000_000;

/**
 * Opens a pack: its index is read, the rows stay on disk. A lookup reads one block, which the system has in memory once
 * for all processes.
 *
 * @throws TermsError where the file is no pack, or not a whole one; the system's error where it can't be read
 */
export function openPackFile(path: string): PackFile {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.allocUnsafe(length);
      const got = readSync(file, bytes, 0, length, at);
      if (got !== length) throw new TermsError(`${path}: the term pack is not whole`);
      return bytes;
    };
    if (size < MAGIC.length + TRAILER_BYTES || read(0, MAGIC.length).toString('latin1') !== MAGIC)
      throw new TermsError(`${path}: this is no term pack; cairn terms build makes one`);
    const at = Number(read(size - TRAILER_BYTES, TRAILER_BYTES).toString('latin1'));
    const end = size - TRAILER_BYTES;
    if (!Number.isSafeInteger(at) || at < MAGIC.length || at >= end || end - at > LONGEST_MANIFEST)
      throw new TermsError(`${path}: the term pack is not whole`);
    const manifest = manifestOf(path, read(at, end - at).toString());
    const index = readIndex(path, read(manifest.index, at - manifest.index).toString(), manifest.blocks);
    let block = Buffer.allocUnsafe(16_384);
    return {
      path,
      manifest,
      statements(key) {
        const place = index.blockOf(key);
        if (place < 0) return undefined;
        const length = index.lengths[place]!;
        if (block.length < length) block = Buffer.allocUnsafe(2 * length);
        readSync(file, block, 0, length, index.offsets[place]!);
        return rowIn(block.subarray(0, length), key);
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function manifestOf(path: string, text: string): PackManifest {
  try {
    return JSON.parse(text) as PackManifest;
  } catch {
    throw new TermsError(`${path}: the term pack is not whole`);
  }
}

interface Index {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** The block that has the key if any has; -1 where it would stand before the first. */
  blockOf(key: string): number;
}

function readIndex(path: string, text: string, blocks: number): Index {
  const lines = text.split('\n');
  if (lines.length !== blocks + 1) throw new TermsError(`${path}: the term pack is not whole`);
  const keys: string[] = [];
  const offsets = new Float64Array(blocks);
  const lengths = new Uint32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const [key = '', offset, length] = lines[block]!.split(BETWEEN);
    keys.push(key);
    offsets[block] = Number(offset);
    lengths[block] = Number(length);
  }
  return {
    offsets,
    lengths,
    blockOf(key) {
      let low = -1;
      let high = keys.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (keys[middle]! <= key) low = middle;
        else high = middle;
      }
      return low;
    },
  };
}

function rowIn(block: Buffer, key: string): string[] | undefined {
  // One character a byte: a search in such a text is the fastest there is, and places in it are those of the bytes.
  const text = block.toString('latin1');
  const start = `${key}${BETWEEN}`;
  const at = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`) + 1;
  if (at === 0 && !text.startsWith(start)) return undefined;
  return block.toString('utf8', at + start.length, text.indexOf('\n', at)).split(BETWEEN);
}

/**
 * Reads all of a pack and compares its hash.
 * @throws TermsError where it is not what was written
 */
export function checkPackFile(path: string): PackManifest {
  const pack = openPackFile(path);
  pack.close();
  const { manifest } = pack;
  const { sources, systems, maps, notices, sha256 } = manifest;
  const about: PackContent = { sources, systems, maps, notices };
  const hash = createHash('sha256').update(JSON.stringify(about));
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(1_048_576);
    const { size } = fstatSync(file);
    const trailer = Buffer.allocUnsafe(TRAILER_BYTES);
    readSync(file, trailer, 0, TRAILER_BYTES, size - TRAILER_BYTES);
    const end = Number(trailer.toString('latin1'));
    for (let at = 0; at < end;) {
      const length = readSync(file, chunk, 0, Math.min(chunk.length, end - at), at);
      if (length === 0) break;
      hash.update(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    closeSync(file);
  }
  if (hash.digest('hex') !== sha256) throw new TermsError(`${path}: the term pack was changed after it was made`);
  return manifest;
}

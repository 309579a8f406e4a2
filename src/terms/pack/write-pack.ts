import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { BETWEEN, BLOCK_BYTES, MAGIC, TRAILER_BYTES, type PackContent, type PackManifest } from './form.js';

/** Of names that thousands of codes have, or of codes with thousands of relatives, no more are kept of each kind. */
const MOST_STATEMENTS = 40;

/**
 * Writes sorted lines (`key NUL statement`) as a pack; statements of one key become one row. The file takes its place
 * when it is whole, so that whoever reads the one before goes on reading that.
 */
export function writePack(path: string, lines: Iterable<string>, about: PackContent): PackManifest {
  const part = `${path}.part`;
  const file = openSync(part, 'w');
  try {
    const hash = createHash('sha256').update(JSON.stringify(about));
    let offset = 0;
    const write = (text: string): number => {
      const bytes = Buffer.from(text);
      hash.update(bytes);
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      offset += bytes.length;
      return bytes.length;
    };
    write(MAGIC);
    const index: string[] = [];
    let rows = 0;
    let block = '';
    let first = '';
    const writeBlock = (): void => {
      if (block === '') return;
      const start = offset;
      const length = write(block);
      index.push(`${first}${BETWEEN}${start}${BETWEEN}${length}\n`);
      block = '';
    };
    for (const [key, statements] of rowsOf(lines)) {
      if (block === '') first = key;
      block += `${key}${BETWEEN}${statements.join(BETWEEN)}\n`;
      rows++;
      if (block.length >= BLOCK_BYTES) writeBlock();
    }
    writeBlock();
    const indexAt = offset;
    for (const line of index) write(line);
    const at = offset;
    const sha256 = hash.copy().digest('hex');
    const manifest: PackManifest = { ...about, rows, blocks: index.length, index: indexAt, sha256 };
    write(`${JSON.stringify(manifest)}\n`);
    write(`${String(at).padStart(TRAILER_BYTES - 1, '0')}\n`);
    fsyncSync(file);
    renameSync(part, path);
    return manifest;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function* rowsOf(lines: Iterable<string>): Generator<[key: string, statements: string[]]> {
  let key: string | undefined;
  let statements: string[] = [];
  for (const line of lines) {
    const at = line.indexOf(BETWEEN);
    const own = line.slice(0, at);
    if (own !== key) {
      if (key !== undefined) yield [key, statements];
      key = own;
      statements = [];
    }
    const statement = line.slice(at + 1);
    // They are sorted, so those of one kind stand together.
    if (statements.at(-MOST_STATEMENTS)?.[0] !== statement[0]) statements.push(statement);
  }
  if (key !== undefined) yield [key, statements];
}

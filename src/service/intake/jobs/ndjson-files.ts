import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

export interface WrittenFile {
  readonly type: string;
  /** `Patient.000.ndjson`. On disk the file is compressed and its name ends in `.gz`. */
  readonly name: string;
  readonly count: number;
}

/** The size of a file before compression. Loaders can hold so much. */
const MOST_BYTES = 100_000_000;

/**
 * Writes files of resources, one resource a line, with one type in each file. When a file is full, the next one begins.
 */
export function createFiles(folder: string) {
  const open = new Map<string, OpenFile>();
  const done: WrittenFile[] = [];
  return {
    async write(type: string, line: string): Promise<void> {
      let file = open.get(type);
      if (file === undefined || file.bytes + line.length > MOST_BYTES) {
        if (file !== undefined) done.push(await closed(type, file));
        file = begin(folder, type, done.filter((one) => one.type === type).length);
        open.set(type, file);
      }
      file.bytes += line.length;
      file.count++;
      if (!file.gzip.write(line)) await once(file.gzip, 'drain');
    },
    async close(): Promise<WrittenFile[]> {
      for (const [type, file] of open) done.push(await closed(type, file));
      open.clear();
      return done.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
  };
}

interface OpenFile {
  readonly gzip: Gzip;
  readonly written: Promise<void>;
  readonly name: string;
  bytes: number;
  count: number;
}

function begin(folder: string, type: string, number: number): OpenFile {
  const name = `${type}.${String(number).padStart(3, '0')}.ndjson`;
  const gzip = createGzip({ level: 6 });
  const target = createWriteStream(join(folder, `${name}.gz`), { mode: 0o600 });
  const written = finished(gzip.pipe(target));
  return { gzip, written, name, bytes: 0, count: 0 };
}

async function closed(type: string, { gzip, written, name, count }: OpenFile): Promise<WrittenFile> {
  gzip.end();
  await written;
  return { type, name, count };
}

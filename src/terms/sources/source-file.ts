import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A file that a pack may be made of: on disk, or in a ZIP archive. */
export interface SourceFile {
  /** As it is named in messages: `RxNorm.zip/rrf/RXNCONSO.RRF`. */
  readonly path: string;
  /** Without folders. */
  readonly name: string;
  open(): Promise<Readable>;
}

/** What was read of a file. */
export interface FileReading {
  bytes: number;
  /** SHA-256, once all is read. */
  sha256: string;
}

/**
 * The lines of a file, without their ends, as it is read; `reading` has size and hash when all are. UTF-16 (as CDC writes
 * its files) is known by its first two bytes, all else is UTF-8.
 */
export async function* sourceLines(file: SourceFile, reading: FileReading): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let decoder: StringDecoder | undefined;
  let rest = '';
  for await (const chunk of await file.open()) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    reading.bytes += bytes.length;
    decoder ??= new StringDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
    const text = rest + decoder.write(bytes);
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield trimmed(line);
  }
  rest += decoder?.end() ?? '';
  if (rest !== '') yield trimmed(rest);
  reading.sha256 = hash.digest('hex');
}

/** All of a file as text, where it is one JSON document. */
export async function sourceText(file: SourceFile, reading: FileReading): Promise<string> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.open()) {
    hash.update(chunk as Buffer);
    reading.bytes += (chunk as Buffer).length;
    chunks.push(chunk as Buffer);
  }
  reading.sha256 = hash.digest('hex');
  return Buffer.concat(chunks)
    .toString()
    .replace(/^\uFEFF/, '');
}

function trimmed(line: string): string {
  const from = line.startsWith('\uFEFF') ? 1 : 0;
  return line.slice(from, line.endsWith('\r') ? -1 : undefined);
}

/** The fields of a line of a CSV file (RFC 4180); undefined where a quote is still open at its end. */
export function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] !== '"') {
      const end = line.indexOf(',', at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length + 1 : end + 1;
      continue;
    }
    let end = line.indexOf('"', at + 1);
    while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
    if (end < 0) return undefined;
    fields.push(line.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return fields;
}

import type { Readable, Writable } from 'node:stream';
import type { Converter, ConverterOptions } from '../conversion.js';

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** The exports that the command line needs of a converter module. */
export interface ConverterModule {
  readonly createConverter: (options: ConverterOptions) => Converter;
}

/** Addresses of the modules that are loaded only when there is a document to convert. */
export interface Modules {
  /** A ConverterModule: convert.js. */
  readonly converter: string;
  /** The same, where it is here already, as in a startup snapshot. */
  readonly loaded?: ConverterModule;
  /** What a worker thread runs: cli/worker.js. */
  readonly worker: string;
}

/**
 * Lines for a person to read. They contain file names, and a file name may contain a character that moves the cursor,
 * rings the bell, or reverses the direction of writing. Such a character is shown as its number.
 */
export function linesOf(texts: readonly string[], before = ''): string {
  return texts.map((text) => `${before}${printable(text)}\n`).join('');
}

export function printable(text: string): string {
  return text.replace(UNSHOWN, numberOf);
}

/** Control characters, and those that change the direction or break the line. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function numberOf(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** When a reader has gone away (`| head`), a write fails. That is handled at the place of the write (`print`). */
export function surviveGoneReaders({ stdout, stderr }: Terminal): void {
  const ignore = (): void => undefined;
  stdout.on('error', ignore);
  stderr.on('error', ignore);
}

/** Writes a text and waits until it is written. A reader that has gone away (`| head`) is not an error. */
export function print(stream: Writable, text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Addresses of the modules that are loaded only when there is a document to convert. */
export interface Modules {
  /** Exports createConverter. */
  readonly converter: string;
  /** What a worker thread runs: cli/worker.js. */
  readonly worker: string;
}

/**
 * Lines for a person to read. File names stand in them, and a name may hold what moves the cursor, rings, or writes from
 * right to left: such a character is shown by its number.
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

/** Writes a text and waits until it is taken. A reader that has gone away (`| head`) is not an error. */
export function print(stream: Writable, text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

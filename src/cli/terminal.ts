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

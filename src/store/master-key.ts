import { readFileSync } from 'node:fs';
import { readMasterKey } from './keys.js';

/** The master key in a file. @throws Error with what is wrong, and what to do */
export function masterKeyIn(file: string): Uint8Array {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const key = readMasterKey(content);
  if (key === undefined)
    throw new Error(
      `${file} holds no key: it must be 32 bytes, as they are, in hexadecimal digits or in base64 (openssl rand -hex 32)`,
    );
  return key;
}

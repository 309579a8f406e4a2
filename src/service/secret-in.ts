import { readFileSync } from 'node:fs';

/**
 * Reads a file that holds a secret, a key or a certificate.
 * @throws Error in one line if it can't be read or is empty
 */
export function secretIn(file: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  throw new Error(`${file} is empty`);
}

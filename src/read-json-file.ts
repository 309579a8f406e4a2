import { readFile } from 'node:fs/promises';
import { OptionError } from './option-error.js';

/** The JSON in a file that somebody names. @throws OptionError where it is none; the system's error where it can't be read */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new OptionError(`${file} is not JSON`);
  }
}

import { readFile } from 'node:fs/promises';
import { OptionError } from './option-error.js';

/**
 * Reads the JSON in a file.
 * @throws OptionError if it is not JSON; an error of the system if it can't be read
 */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new OptionError(`${file} is not JSON`);
  }
}

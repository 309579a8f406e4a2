import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { decode } from '../../src/xml/decode.js';
import { originalOf, type Original } from './mutate.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** A large document takes as long as ten small ones, and has nothing that they have not. */
const LARGEST = 120_000;

/** The samples that come with the project, and the real documents where they lie beside it; in the order of their names. */
export function originals(withCorpus = true): Original[] {
  return [...documentsIn(samples), ...(withCorpus ? documentsIn(corpus) : [])];
}

function documentsIn(folder: string): Original[] {
  const found: Original[] = [];
  for (const file of filesIn(folder)) {
    const bytes = readFileSync(join(folder, file));
    if (folder !== samples && bytes.length > LARGEST) continue;
    try {
      found.push(originalOf(file, decode(bytes).source));
    } catch {
      // One that can't be read is no original.
    }
  }
  return found;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.toLowerCase().endsWith('.xml'))
      .sort();
  } catch {
    return [];
  }
}

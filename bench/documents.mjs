import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const corpus = here('../../shared/corpus');

/** The documents of the folder; by default those of the corpus if it is there, else our own samples. */
export function documents(folder = existsSync(corpus) ? corpus : here('../samples')) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

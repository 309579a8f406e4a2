/**
 * Checks the packaged mapping set and writes the results beside the compiled modules
 * (src/mapping/checked-set.ts). Part of `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkSet } from '../src/mapping/check-set.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const kept = resolve(root, process.argv[2] ?? 'dist', 'mapping/checked-set.json');

writeFileSync(kept, JSON.stringify(checkSet(resolve(root, 'mappings'))));

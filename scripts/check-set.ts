/**
 * Checks the packaged mapping set and writes what was found out beside the compiled modules
 * (src/mapping/checked-set.ts). Part of `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkSet } from '../src/mapping/check-set.js';

const [mappings, kept] = ['../mappings', '../dist/mapping/checked-set.json'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
) as [string, string];

writeFileSync(kept, JSON.stringify(checkSet(mappings)));

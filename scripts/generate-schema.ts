/**
 * Writes mappings/mapping.schema.json and mappings/words.schema.json; a test fails where they are older than the tables.
 * `npx tsx scripts/generate-schema.ts`
 */
import { writeFileSync } from 'node:fs';
import { mappingSchema, wordsSchema } from '../src/mapping/schema.js';

for (const [name, schema] of [
  ['mapping', mappingSchema()],
  ['words', wordsSchema()],
] as const)
  writeFileSync(new URL(`../mappings/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema)}\n`);

/**
 * Writes mappings/mapping.schema.json and mappings/words.schema.json. A test fails if they are older than the tables.
 * The descriptions of elements come from element-descriptions.json (see generate-element-descriptions.ts). `npx tsx
 * scripts/generate-schema.ts`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mappingSchema, wordsSchema, type ElementDescriptions } from '../src/mapping/schema.js';

const descriptions = JSON.parse(
  readFileSync(new URL('./element-descriptions.json', import.meta.url), 'utf8'),
) as ElementDescriptions;

for (const [name, schema] of [
  ['mapping', mappingSchema(descriptions)],
  ['words', wordsSchema()],
] as const)
  writeFileSync(new URL(`../mappings/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema)}\n`);

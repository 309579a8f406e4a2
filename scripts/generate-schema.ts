/** Writes mappings/mapping.schema.json; a test fails where it is older than the tables. `npx tsx scripts/generate-schema.ts` */
import { writeFileSync } from 'node:fs';
import { mappingSchema } from '../src/mapping/schema.js';

writeFileSync(new URL('../mappings/mapping.schema.json', import.meta.url), `${JSON.stringify(mappingSchema())}\n`);

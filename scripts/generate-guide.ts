/**
 * Writes the list of directives in docs/mapping-guide.md; a test fails if it is older than src/mapping/language.ts.
 * `npx tsx scripts/generate-guide.ts`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withDirectives } from '../src/author/directive-list.js';

const guide = new URL('../docs/mapping-guide.md', import.meta.url);
writeFileSync(guide, withDirectives(readFileSync(guide, 'utf8')));

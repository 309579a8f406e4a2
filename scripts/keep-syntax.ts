/**
 * Parses the selectors of the packaged mapping set and keeps what they say beside the compiled modules (see
 * src/mapping/kept-syntax.ts): part of `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { loadMappings } from '../src/mapping/load.js';
import { MappingError } from '../src/mapping/mapping-error.js';
import { parseSelector } from '../src/xpath/grammar.js';
import { packSyntax, unpackSyntax } from '../src/xpath/packed-syntax.js';

const [mappings, kept] = ['../mappings', '../dist/mapping/kept-syntax.json'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
) as [string, string];

const answers = new Map<string, string>();

try {
  loadMappings(mappings, (text) => {
    const syntax = parseSelector(text);
    const packed = packSyntax(syntax);
    // What could not be told again exactly is parsed.
    if (isDeepStrictEqual(unpackSyntax(packed, text), syntax)) answers.set(text, packed);
    return syntax;
  });
} catch (error) {
  // Mistakes in mappings are told where the mappings are used, not where Cairn is built.
  if (!(error instanceof MappingError)) throw error;
}

writeFileSync(kept, JSON.stringify(Object.fromEntries(answers)));

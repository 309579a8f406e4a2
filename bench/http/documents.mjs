import { readFileSync } from 'node:fs';
import { documents } from '../documents.mjs';
import { grow } from '../grow.mjs';

export function smallDocuments(folder) {
  return documents(folder)
    .map(({ bytes }) => bytes)
    .filter((bytes) => bytes.length < 300_000);
}

/** A visit summary grown to just below 50 MB. */
export function largeDocument() {
  return Buffer.from(
    grow(readFileSync(new URL('../../samples/visit-summary.xml', import.meta.url), 'utf8'), 49_500_000),
  );
}

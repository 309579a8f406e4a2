import { basename } from 'node:path';
import type { UnwrappedDocument } from '../unwrap/part.js';

/**
 * A file name for a document of an envelope: its number, so that no two are alike, and what it was called there, as far
 * as that can stand in a file name.
 *
 *   fileNameOf(document, 3)   // '00003-DOC0001'
 */
export function fileNameOf({ name }: Pick<UnwrappedDocument, 'name'>, number: number): string {
  const safe = basename(name)
    .replace(/\.(?:xml|cda|ccda|ccd)$/i, '')
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .slice(0, 100);
  return `${String(number).padStart(5, '0')}${/[\p{L}\p{N}]/u.test(safe) ? `-${safe}` : ''}`;
}

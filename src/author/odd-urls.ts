/** URLs of a mapping that are one or two letters away from one that is known: of extensions, profiles and code systems. */
import { packagedMappings } from '../convert.js';
import { textsOfSet } from '../mapping/read-files.js';
import { codeSystemUris } from '../terminology/systems.js';
import { nearest } from '../xpath/nearest.js';
import { findingAt, type LintFinding, type Text } from './finding.js';

/** More would take one extension for another. */
const MOST_LETTERS = 2;

/**
 * Warns of a URL that is nearly one that the packaged mappings use, or that of a code system. Nobody would understand it,
 * and no validator that does not know the extension complains.
 */
export function oddUrls(texts: readonly Text[]): LintFinding[] {
  const urls = texts.filter(({ part, text }) => part === 'value' && /^https?:\/\/\S+$/.test(text));
  if (urls.length === 0) return [];
  const known = knownUrls();
  return urls.flatMap(({ file, pointer, text }) => {
    const url = text.replace(/\|.*$/, '');
    const meant = known.has(url) || isNamed(pointer) ? undefined : nearest(url, known, MOST_LETTERS);
    if (meant === undefined) return [];
    return [findingAt('odd-url', file, pointer, `nobody knows the URL "${url}"; did you mean ${meant}?`, 'value')];
  });
}

/** `$schema` names a file, and a ConceptMap may be called anything. */
function isNamed(pointer: string): boolean {
  return pointer === '/$schema' || pointer === '/url';
}

function knownUrls(): ReadonlySet<string> {
  const used = textsOfSet(packagedMappings, []).flatMap(([, text]) =>
    [...text.matchAll(/"(https?:\/\/[^"\s|]+)"/g)].map(([, url]) => url!),
  );
  return new Set([...used, ...codeSystemUris()]);
}

import { createHash } from 'node:crypto';

/** The words of a name as they are compared: lower case letters and digits, without accents. */
export function nameWords(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/**
 * A name in the form in which a pack finds its codes: a short hash of its words in their order, since millions of names
 * are longer than all else in a pack. Undefined for a name of other letters alone.
 */
export function nameHash(name: string): string | undefined {
  const words = nameWords(name);
  if (words.length === 0) return undefined;
  return createHash('sha1').update(words.join(' ')).digest('base64url').slice(0, 11);
}

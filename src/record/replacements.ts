import type { DocumentReference, Identifier } from 'fhir/r4.js';
import type { ReadDocument } from './read-document.js';

/** The documents that another one replaces: id of the replaced -> id of what replaces it, the newest where several do. */
export function replacements(documents: readonly ReadDocument[]): ReadonlyMap<string, string> {
  const replaced = new Map<string, string>();
  const ordered = [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const later of ordered) {
    for (const { code, target } of later.reference?.relatesTo ?? []) {
      if (code !== 'replaces') continue;
      const found = ordered.find(
        (one) =>
          one !== later &&
          one.reference !== undefined &&
          (isNamed(one.reference, target.identifier) || target.reference === `urn:uuid:${one.id}`),
      );
      if (found !== undefined) replaced.set(found.id, later.id);
    }
  }
  return replaced;
}

function isNamed({ masterIdentifier, identifier = [] }: DocumentReference, wanted: Identifier | undefined): boolean {
  if (wanted?.value === undefined) return false;
  return [masterIdentifier, ...identifier].some(
    (one) => one !== undefined && one.system === wanted.system && one.value === wanted.value,
  );
}

import type { Composition, DocumentReference, Identifier } from 'fhir/r4.js';
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
  for (const versions of documentSets(ordered).values()) {
    const newest = Math.max(...versions.map(({ number }) => number));
    const [last, ...others] = versions.filter(({ number }) => number === newest);
    // Two that claim to be the same version contradict each other; neither replaces anything.
    if (others.length > 0) continue;
    for (const { document, number } of versions) {
      if (number < newest && !replaced.has(document.id)) replaced.set(document.id, last!.document.id);
    }
  }
  return replaced;
}

const VERSION = 'http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber';

interface NumberedDocument {
  readonly document: ReadDocument;
  readonly number: number;
}

/**
 * The versions of one document: the same setId and the same type, each with a number (CDA R2 4.2.1.7 and 4.2.1.8). A sender
 * who gives every document of a person the same setId gives them different types, or no number.
 */
function documentSets(documents: readonly ReadDocument[]): Map<string, NumberedDocument[]> {
  const sets = new Map<string, NumberedDocument[]>();
  for (const document of documents) {
    const composition = document.index.ofType('Composition')[0] as Composition | undefined;
    const { identifier, type, extension = [] } = composition ?? {};
    const text = extension.find(({ url }) => url === VERSION)?.valueString ?? '';
    if (identifier?.value === undefined || document.reference === undefined || !/^\d{1,9}$/.test(text)) continue;
    const code = type?.coding?.[0];
    const key = JSON.stringify([identifier.system, identifier.value, code?.system, code?.code]);
    sets.set(key, [...(sets.get(key) ?? []), { document, number: Number(text) }]);
  }
  return sets;
}

function isNamed({ masterIdentifier, identifier = [] }: DocumentReference, wanted: Identifier | undefined): boolean {
  if (wanted?.value === undefined) return false;
  return [masterIdentifier, ...identifier].some(
    (one) => one !== undefined && one.system === wanted.system && one.value === wanted.value,
  );
}

/**
 * Names are numbers, so that a step of a selector only compares two small integers.
 *
 * The vocabulary holds every name that CDA has, numbered once when the module loads. Selectors can use no other names:
 * a mapping that does is refused when it is loaded. Names that only one document has get numbers after these, for that
 * document alone, so that a hostile document can't make anything grow for good.
 *
 * A name is written `observation` in the CDA namespace and for an attribute without a namespace, `sdtc:raceCode` and
 * `xsi:type` in these two, and `{uri}name` in any other.
 */
export const CDA_NAMESPACE = 'urn:hl7-org:v3';
export const SDTC_NAMESPACE = 'urn:hl7-org:sdtc';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

export interface Names {
  readonly byName: ReadonlyMap<string, number>;
  readonly list: readonly string[];
}

/**
 * The attributes of CDA whose schema type is a string (`st`). White space around the value of any other attribute is not
 * part of it, since the types of the others (token, decimal, anyURI, ID) take none: `code=" 8480-6 "` is the code 8480-6.
 */
export const STRING_ATTRIBUTES: ReadonlySet<string> = new Set([
  'assigningAuthorityName',
  'codeSystemName',
  'codeSystemVersion',
  'displayName',
  'extension',
]);

/** Numbers names from 1. 0 means "no name", as text has none. */
export function createNames(names: Iterable<string>): Names {
  const list = ['', ...new Set(names)];
  return { list, byName: new Map(list.map((name, index) => [name, index])) };
}

export function nameOf(names: Names, id: number): string {
  return names.list[id] ?? '';
}

/** The number of a name; undefined if the vocabulary does not have it. */
export function idOf(names: Names, name: string): number | undefined {
  return names.byName.get(name);
}

/**
 * Names are numbers, so that a step of a selector compares two small integers.
 *
 * The vocabulary holds every name that CDA has, numbered once when the module loads; selectors can use no other (a
 * mapping that names one is refused at load). Names that only a document has are numbered behind them, for that
 * document alone: hostile input can't grow anything that outlives it.
 *
 * A name is written `observation` in the CDA namespace and for an attribute without one, `sdtc:raceCode`, `xsi:type`,
 * and `{uri}name` elsewhere.
 */
export const CDA_NAMESPACE = 'urn:hl7-org:v3';
export const SDTC_NAMESPACE = 'urn:hl7-org:sdtc';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

export interface Names {
  readonly byName: ReadonlyMap<string, number>;
  readonly list: readonly string[];
}

/** Numbers names from 1; 0 is "no name", that of text. */
export function createNames(names: Iterable<string>): Names {
  const list = ['', ...new Set(names)];
  return { list, byName: new Map(list.map((name, index) => [name, index])) };
}

export function nameOf(names: Names, id: number): string {
  return names.list[id] ?? '';
}

/** The number of a name, or undefined where it is not in the vocabulary. */
export function idOf(names: Names, name: string): number | undefined {
  return names.byName.get(name);
}

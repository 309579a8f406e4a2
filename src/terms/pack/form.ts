/**
 * The form of a term pack: a flat file of sorted lines, and an index of them.
 *
 *   cairn-terms 1
 *   <key> NUL <statement> NUL <statement> …        sorted by key, in blocks of some kilobytes
 *   <first key of a block> NUL <offset> NUL <length>   one line a block
 *   <manifest, JSON on one line>
 *   <offset of the manifest, 16 digits>
 *
 * Why no database: a pack is written once and then only read. Of a flat file the workers of a service share the pages
 * that the system holds in memory, each of them has but the index of its own, and no driver is needed (docs/terms.md
 * has the measurements).
 */

export const MAGIC = 'cairn-terms 1\n';
export const BETWEEN = '\0';
/** Bytes of a block; the last line of a block may make it longer. */
export const BLOCK_BYTES = 4096;
export const TRAILER_BYTES = 17;

/** A file that a pack was made of. */
export interface PackSource {
  /** What kind of source: `rxnorm`, `cvx`, `loinc`. */
  readonly kind: string;
  /** The name by which messages call it: `RxNorm`, `CDC CVX`. */
  readonly title: string;
  /** The version that the source itself or its name tells; else the first digits of its hash. */
  readonly version: string;
  /** Name of the file, without folders. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** How many statements it gave. */
  readonly statements: number;
}

export interface PackSystem {
  readonly uri: string;
  /** Whether the pack has all codes of the system. Then a code that is not there is wrong. */
  readonly complete: boolean;
  /** Index of the source that names its codes; absent where it is only the target or the source of a map. */
  readonly source?: number;
}

/** From which system to which a pack has rows; by index. */
export interface PackMap {
  readonly from: number;
  readonly to: number;
  /** Whether it comes from a customer's ConceptMap, which applies to every element. */
  readonly own: boolean;
}

/** What a pack says of its content. */
export interface PackContent {
  readonly sources: readonly PackSource[];
  readonly systems: readonly PackSystem[];
  readonly maps: readonly PackMap[];
  /** Notices that a licence requires to be shown with the content. */
  readonly notices: readonly string[];
}

export interface PackManifest extends PackContent {
  readonly rows: number;
  readonly blocks: number;
  /** Where the index stands. */
  readonly index: number;
  /** SHA-256 of the content and of what is said of the sources: it is what a pack is known by. */
  readonly sha256: string;
}

/** Key of what is known of a code. */
export function conceptKey(system: number, code: string): string {
  return `c\t${system.toString(36)}\t${code}`;
}

/** Key of what a code becomes in another system. */
export function mapKey(from: number, code: string, to: number): string {
  return `m\t${from.toString(36)}\t${code}\t${to.toString(36)}`;
}

/** Key of the codes that have a name. */
export function nameKey(system: number, name: string): string {
  return `n\t${system.toString(36)}\t${name}`;
}

/**
 * What a statement about a concept begins with:
 *
 * - `d`: a display, behind its rank (`d1`: the one that the system gives), the index of its source and a tab
 * - `s`: another name; `w`: words that go with it; `n`: a code whose names count, too
 * - `a`: it is in use; `r`: it is retired, with the code that takes its place where there is one
 * - `u`: the units in which it is measured
 */
export const STATEMENT = {
  display: 'd',
  name: 's',
  words: 'w',
  relative: 'n',
  active: 'a',
  retired: 'r',
  units: 'u',
} as const;

/** What a statement of a map begins with: exactly the same, a candidate, or that there is no one target. */
export const MAP_STATEMENT = { exact: 'e', candidate: 'c', none: 'x' } as const;

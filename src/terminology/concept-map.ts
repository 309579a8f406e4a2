/**
 * Compiles ConceptMap resources (FHIR R4 4.10) into tables, so that one look-up translates a code.
 *
 * Used are the groups: source and target system (a version after `|` is ignored), elements, targets, and the rule for
 * codes that no element names. A part that can't be used (a target that depends on other values) is refused as a
 * mistake.
 */
import { checkConceptMap, type Element, type Group, type MapTarget } from './concept-map-shape.js';

export interface Translation {
  readonly system?: string;
  readonly code: string;
  readonly display?: string;
  /** JSON pointer to the part of the map that decided: `/group/0/element/3`, `/group/0/unmapped`. */
  readonly place: string;
  /** The name of the source code in the map. */
  readonly sourceDisplay?: string;
  /** `ConceptMapEquivalence`: how the meaning of the target relates to that of the source. */
  readonly equivalence: string;
  /**
   * Whether the source code can't be told from the target, because the meanings differ or because several source codes
   * are equal or equivalent to the target. If exactly one source code is equal or equivalent, its translation is not
   * lossy. Other codes of the same target, such as a narrower one, are lossy.
   */
  readonly lossy: boolean;
}

export interface ConceptMapTable {
  readonly url: string;
  /**
   * Translates a code. If the system is not given, or a group has no source system, any group may translate it.
   * Undefined if no element names the code and no rule covers it, or if the map says that the code has no target.
   *
   *   table.translate('completed')?.code // 'inactive'
   */
  translate(code: string, system?: string): Translation | undefined;
  /**
   * Whether an element of the map names the code, even if it only says that the code has no target. The rule for all
   * other codes does not count.
   */
  has(code: string, system?: string): boolean;
  /** Every translation that the map can give. The codes are held against the element's value set when mappings are loaded. */
  readonly targets: readonly Translation[];
  /** Every code that the map can translate, by group. */
  readonly sources: readonly SourceCodes[];
}

/** The codes that a group of a ConceptMap translates. */
export interface SourceCodes {
  /** URI of their code system, if the group names it. */
  readonly system: string | undefined;
  readonly codes: readonly string[];
  /** JSON pointer of the group. */
  readonly place: string;
}

/** Finds the map that `unmapped` of mode `other-map` names. */
export type FindConceptMap = (url: string) => ConceptMapTable | undefined;

/** Maps can refer to each other in a circle. No real chain of maps is longer than this. */
const LONGEST_CHAIN = 8;

/**
 * Compiles a ConceptMap resource.
 * @throws ConceptMapError with every mistake in the resource's shape, each at its place.
 */
export function compileConceptMap(resource: unknown, find: FindConceptMap = () => undefined): ConceptMapTable {
  const { url, group } = checkConceptMap(resource);
  const tables = group.map((one, index) => compileGroup(one, `/group/${index}`));
  const ofAny = tables.filter(({ source }) => source === undefined);
  const bySource = new Map(
    tables.flatMap(({ source: named }) =>
      named === undefined ? [] : [[named, tables.filter(({ source }) => source === undefined || source === named)]],
    ),
  );
  const fitting = (system: string | undefined): readonly GroupTable[] =>
    system === undefined ? tables : (bySource.get(withoutVersion(system)) ?? ofAny);

  let depth = 0;
  const ofOtherMap = (otherUrl: string, code: string, system: string | undefined): Translation | undefined => {
    if (depth >= LONGEST_CHAIN) return undefined;
    depth += 1;
    try {
      return find(otherUrl)?.translate(code, system);
    } finally {
      depth -= 1;
    }
  };

  return {
    url,
    targets: tables.flatMap(({ targets }) => targets),
    sources: tables.map(({ source, elements, place }) => ({ system: source, codes: [...elements.keys()], place })),
    has: (code, system) => fitting(system).some((table) => keyIn(table, code) !== undefined),
    translate: (code, system) => {
      const groups = fitting(system);
      for (const table of groups) {
        const key = keyIn(table, code);
        if (key !== undefined) return table.elements.get(key);
      }
      for (const { unmapped, source, place } of groups) {
        if (unmapped === undefined) continue;
        if (typeof unmapped === 'object') return unmapped;
        if (unmapped !== PROVIDED) return ofOtherMap(unmapped, code, system);
        const kept = system ?? source;
        const of = kept === undefined ? {} : { system: kept };
        return { ...of, code, place: `${place}/unmapped`, equivalence: 'equal', lossy: false };
      }
      return undefined;
    },
  };
}

/**
 * How the group writes the code. Code systems tell `F` from `f`; words that senders write in place of a code, in a group
 * without a source system, are the same in any case: `Final`, `FINAL`.
 */
function keyIn({ elements, anyCase }: GroupTable, code: string): string | undefined {
  return elements.has(code) ? code : anyCase?.get(code.toLowerCase());
}

/** Stands in the place of the other map's URL if the code stays as it is (mode `provided`). */
const PROVIDED = '';

interface GroupTable {
  /** JSON pointer of the group. */
  readonly place: string;
  readonly source: string | undefined;
  /** Undefined for a code of which the element says that it has no target. */
  readonly elements: ReadonlyMap<string, Translation | undefined>;
  /** The codes of a group without a source system, by their small letters. */
  readonly anyCase: ReadonlyMap<string, string> | undefined;
  /** The code for all other codes, the URL of another map, or PROVIDED. */
  readonly unmapped: Translation | string | undefined;
  readonly targets: readonly Translation[];
}

function compileGroup(group: Group, place: string): GroupTable {
  const { unmapped } = group;
  const system = group.target === undefined ? {} : { system: withoutVersion(group.target) };
  const sources = sourcesByTarget(group);
  const elements = new Map(
    group.element.map((element, index) => [
      element.code,
      compileElement(element, system, sources, `${place}/element/${index}`),
    ]),
  );
  const fixed: Translation | undefined =
    unmapped?.mode === 'fixed' && unmapped.code !== undefined
      ? {
          ...system,
          code: unmapped.code,
          ...displayOf(unmapped),
          place: `${place}/unmapped`,
          equivalence: 'inexact',
          lossy: true,
        }
      : undefined;
  return {
    place,
    source: group.source === undefined ? undefined : withoutVersion(group.source),
    elements,
    anyCase:
      group.source === undefined ? new Map([...elements.keys()].map((code) => [code.toLowerCase(), code])) : undefined,
    unmapped: fixed ?? (unmapped?.mode === 'other-map' ? unmapped.url : unmapped && PROVIDED),
    targets: [...elements.values(), fixed].filter((target) => target !== undefined),
  };
}

function compileElement(
  element: Element,
  system: { system?: string },
  sources: ReadonlyMap<string, number>,
  place: string,
): Translation | undefined {
  const target = targetOf(element);
  if (target?.code === undefined) return undefined;
  const { code, equivalence } = target;
  return {
    ...system,
    code,
    ...displayOf(target),
    place,
    ...(element.display === undefined ? {} : { sourceDisplay: element.display }),
    equivalence,
    lossy: !isExact(target) || sources.get(code) !== 1,
  };
}

/** For each target: how many source codes are equal or equivalent to it. */
function sourcesByTarget({ element }: Group): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const target of element.map(targetOf)) {
    if (target?.code !== undefined && isExact(target)) counts.set(target.code, (counts.get(target.code) ?? 0) + 1);
  }
  return counts;
}

function isExact({ equivalence }: MapTarget): boolean {
  return equivalence === 'equal' || equivalence === 'equivalent';
}

/** The first real target. `unmatched` and `disjoint` say that there is none. */
function targetOf({ target }: Element): MapTarget | undefined {
  return target?.find(({ equivalence }) => equivalence !== 'unmatched' && equivalence !== 'disjoint');
}

function displayOf({ display }: { display?: string | undefined }): { display?: string } {
  return display === undefined ? {} : { display };
}

function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}

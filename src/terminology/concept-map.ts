/**
 * ConceptMap resources (FHIR R4 4.10) made into tables: one lookup a code while a document is converted.
 *
 * Of the resource this room uses the groups: source and target system (a version behind `|` is left aside), elements,
 * targets and the rule for codes that no element names. What it can't honour (targets that depend on other values) is a
 * mistake, not silence.
 */
import { checkConceptMap, type Element, type Group, type MapTarget } from './concept-map-shape.js';

export interface Translation {
  readonly system?: string;
  readonly code: string;
  readonly display?: string;
  /** JSON pointer of what decides in the map: `/group/0/element/3`, `/group/0/unmapped`. */
  readonly place: string;
  /** The name that the map gives the source code. */
  readonly sourceDisplay?: string;
  /** `ConceptMapEquivalence`: how the target's meaning stands to the source's. */
  readonly equivalence: string;
  /**
   * The source code can't be told from the target: the meanings differ, or another code of the group is as good a source
   * of it. A code that alone is equal or equivalent to its target is not lossy for others that come near: those are.
   */
  readonly lossy: boolean;
}

export interface ConceptMapTable {
  readonly url: string;
  /**
   * The target of a code. Without a system, or where a group names none, any group may have it. Undefined where the code
   * is unknown and no rule says what becomes of such codes, or where the map says that it has no target.
   *
   *   table.translate('completed')?.code // 'inactive'
   */
  translate(code: string, system?: string): Translation | undefined;
  /** Whether an element of the map names the code, even if only to say that it has no target. The rule for all other codes does not count. */
  has(code: string, system?: string): boolean;
  /** Everything that the map can give, so that it can be checked against a binding before any document comes. */
  readonly targets: readonly Translation[];
  /** Everything that it can translate, group by group. */
  readonly sources: readonly SourceCodes[];
}

/** The codes that a group of a ConceptMap translates. */
export interface SourceCodes {
  /** URI of their code system, where the group says it. */
  readonly system: string | undefined;
  readonly codes: readonly string[];
  /** JSON pointer of the group. */
  readonly place: string;
}

/** Finds the map that `unmapped` of mode `other-map` names. */
export type FindConceptMap = (url: string) => ConceptMapTable | undefined;

/** A chain of maps that is longer than this has come back to its start. */
const LONGEST_CHAIN = 8;

/**
 * Compiles a ConceptMap resource.
 * @throws Error that lists every mistake in the resource's shape, each with its JSON path.
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
    has: (code, system) => fitting(system).some(({ elements }) => elements.has(code)),
    translate: (code, system) => {
      const groups = fitting(system);
      const named = groups.find(({ elements }) => elements.has(code));
      if (named !== undefined) return named.elements.get(code);
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

/** In the place of a URL: the code stays as it is. */
const PROVIDED = '';

interface GroupTable {
  /** JSON pointer of the group. */
  readonly place: string;
  readonly source: string | undefined;
  /** Undefined: the element says that the code has no target. */
  readonly elements: ReadonlyMap<string, Translation | undefined>;
  /** One code for all others, the URL of another map, or PROVIDED. */
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

/** How many source codes mean the same as each target. */
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

/** The first target that is one: `unmatched` and `disjoint` say that there is none. */
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

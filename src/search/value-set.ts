import type { ValueSet, ValueSetComposeInclude, ValueSetExpansionContains } from 'fhir/r4.js';

/** ValueSets by their canonical URL. */
export interface ValueSetIndex {
  /** Whether the set is there and says which codes it has. */
  knows(url: string): boolean;
  /**
   * The reason why a set that is there can't be used: it selects codes by filters, or includes a set that is missing.
   */
  why(url: string): string | undefined;
  /** `system` undefined: in any system. */
  has(url: string, system: string | undefined, code: string): boolean;
  /** The code systems of its codes: they tell whether a resource could be in the set at all. */
  systems(url: string): readonly string[];
  readonly urls: readonly string[];
}

/** The codes of one set: system -> codes, or every code of the system. */
type Codes = Map<string, Set<string> | 'all'>;

/**
 * Makes ValueSets ready to be asked: `compose` with listed codes, whole systems, other sets and exclusions, or an
 * `expansion`. A filter needs the code system itself, which is not here: such a set is there and unusable, and says so.
 */
export function valueSetIndex(sets: readonly ValueSet[]): ValueSetIndex {
  const byUrl = new Map<string, ValueSet>();
  for (const set of sets) {
    if (set.url === undefined) continue;
    byUrl.set(set.url, set);
    if (set.version !== undefined) byUrl.set(`${set.url}|${set.version}`, set);
  }
  const expanded = new Map<string, Codes | string>();
  const codesOf = (url: string): Codes | string => {
    const known = expanded.get(url);
    if (known !== undefined) return known;
    const set = byUrl.get(url);
    if (set === undefined) return `there is no ValueSet ${url}`;
    // A set that includes itself is followed only once.
    expanded.set(url, new Map());
    const codes = expand(set, codesOf);
    expanded.set(url, codes);
    return codes;
  };
  const usable = (url: string): Codes | undefined => {
    const codes = codesOf(url);
    return typeof codes === 'string' ? undefined : codes;
  };
  return {
    urls: [...byUrl.keys()],
    knows: (url) => usable(url) !== undefined,
    why: (url) => {
      const codes = codesOf(url);
      return typeof codes === 'string' ? codes : undefined;
    },
    systems: (url) => [...(usable(url)?.keys() ?? [])],
    has: (url, system, code) => {
      const codes = usable(url);
      if (codes === undefined) return false;
      if (system === undefined) return [...codes.values()].some((of) => of === 'all' || of.has(code));
      const of = codes.get(system);
      return of === 'all' || (of?.has(code) ?? false);
    },
  };
}

function expand(set: ValueSet, codesOf: (url: string) => Codes | string): Codes | string {
  const codes: Codes = new Map();
  if (set.compose === undefined || set.expansion?.contains !== undefined) {
    if (set.expansion?.contains === undefined) return `ValueSet ${set.url ?? ''} lists no codes`;
    for (const { system, code } of flat(set.expansion.contains)) if (code !== undefined) add(codes, system ?? '', code);
    return codes;
  }
  for (const include of set.compose.include) {
    const part = partOf(include, codesOf);
    if (typeof part === 'string') return part;
    for (const [system, of] of part) {
      if (of === 'all') codes.set(system, 'all');
      else for (const code of of) add(codes, system, code);
    }
  }
  for (const exclude of set.compose.exclude ?? []) {
    const part = partOf(exclude, codesOf);
    if (typeof part === 'string') return part;
    for (const [system, of] of part) {
      const here = codes.get(system);
      if (of === 'all') codes.delete(system);
      else if (here === 'all') return `ValueSet ${set.url ?? ''} excludes codes of a whole system`;
      else for (const code of of) here?.delete(code);
    }
  }
  return codes;
}

/** An include with several parts means what is in all of them (FHIR R4 4.9.5). */
function partOf(include: ValueSetComposeInclude, codesOf: (url: string) => Codes | string): Codes | string {
  if (include.filter !== undefined) return 'it selects codes by a filter; give it with an expansion';
  const parts: Codes[] = [];
  if (include.system !== undefined) {
    const codes = include.concept?.map(({ code }) => code);
    parts.push(new Map([[include.system, codes === undefined ? ('all' as const) : new Set(codes)]]));
  }
  for (const url of include.valueSet ?? []) {
    const of = codesOf(url);
    if (typeof of === 'string') return of;
    parts.push(of);
  }
  const [first, ...others] = parts;
  if (first === undefined) return new Map();
  return others.reduce(intersection, first);
}

function intersection(one: Codes, other: Codes): Codes {
  const both: Codes = new Map();
  for (const [system, of] of one) {
    const there = other.get(system);
    if (there === undefined) continue;
    if (of === 'all') both.set(system, there === 'all' ? 'all' : new Set(there));
    else both.set(system, there === 'all' ? new Set(of) : new Set([...of].filter((code) => there.has(code))));
  }
  return both;
}

function add(codes: Codes, system: string, code: string): void {
  const of = codes.get(system);
  if (of === 'all') return;
  if (of === undefined) codes.set(system, new Set([code]));
  else of.add(code);
}

function flat(contains: readonly ValueSetExpansionContains[]): ValueSetExpansionContains[] {
  return contains.flatMap((one) => [one, ...flat(one.contains ?? [])]);
}

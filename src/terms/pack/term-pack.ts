import { keptByText } from '../../xml/kept-by-text.js';
import { codeKey, withDot } from './code-key.js';
import { conceptKey, MAP_STATEMENT, mapKey, nameKey, STATEMENT, type PackManifest, type PackSource } from './form.js';
import { nameHash } from './names.js';
import { openPackFile, type PackFile } from './pack-file.js';

/** What a pack knows about a code. */
export interface Concept {
  /** The name that the system gives it; absent where the pack has only the code. */
  readonly display?: string;
  /** Whether the system itself gives that name; a value set or a map that has the code may know no other. */
  readonly isOfSystem: boolean;
  /** Every other name. */
  readonly names: readonly string[];
  /** Words that belong to the code but are not a name of it. */
  readonly words: readonly string[];
  /**
   * Codes of the same system whose names also count as names of this code: its ingredient, or what it is a brand of.
   */
  readonly relatives: readonly string[];
  readonly retired: boolean;
  /** The code that took its place. */
  readonly replacedBy?: string;
  /** The units in which it is measured, UCUM. */
  readonly units: readonly string[];
  readonly source: PackSource;
}

/** A code of another system that a pack gives for a code. */
export interface TranslatedCode {
  readonly code: string;
  /** `exact`: the same meaning; `candidate`: one that somebody has to confirm. */
  readonly strength: 'exact' | 'candidate';
  readonly source: PackSource;
}

export interface TermPack {
  readonly path: string;
  readonly manifest: PackManifest;
  /** Undefined where the pack does not have the code. */
  concept(system: string, code: string): Concept | undefined;
  /**
   * What a code becomes in another system; `ambiguous` where the map has several targets for it, or says that it depends
   * on more than the code. Undefined where no map has the code.
   */
  translate(from: string, code: string, to: string): TranslatedCode | 'ambiguous' | undefined;
  /** The codes of a system that have just that name, a few of them; empty where none has. */
  codesNamed(system: string, name: string): readonly string[];
  /** Whether the pack has all codes of a system. */
  isComplete(system: string): boolean;
  /** The source of its names for a system's codes. */
  sourceOf(system: string): PackSource | undefined;
  /** The systems that the pack can translate a system's codes to by somebody's own ConceptMap. */
  readonly mapped: ReadonlyMap<string, readonly string[]>;
  /** Whether the pack has any map from a system. */
  isMapped(system: string): boolean;
  close(): void;
}

/** From this rank on, a name comes from a value set or a map that has the code. */
const LEAST_OF_OTHERS = 4;

/** How many answers are remembered: a sender uses a few hundred codes in all. */
const KEPT = { most: 5000, longest: 1000 };

/**
 * Opens a term pack for lookups.
 * @throws TermsError where the file is no whole term pack; the system's error where it can't be read
 *
 *   openTermPack('all.terms').concept('http://loinc.org', '718-7')?.display
 */
export function openTermPack(path: string): TermPack {
  const file = openPackFile(path);
  const { sources, systems, maps } = file.manifest;
  const places = new Map(systems.map(({ uri }, place) => [uri, place]));
  const concepts = keptByText((key) => conceptOf(file, key), KEPT);
  const translations = keptByText((key) => file.statements(key), KEPT);
  const names = keptByText((key) => file.statements(key), KEPT);
  const mapped = new Map<string, string[]>();
  for (const { from, to, own } of maps)
    if (own) mapped.set(systems[from]!.uri, [...(mapped.get(systems[from]!.uri) ?? []), systems[to]!.uri]);

  const mappedSystems = new Set(maps.map(({ from }) => systems[from]!.uri));

  return {
    path,
    manifest: file.manifest,
    mapped,
    concept(system, code) {
      const place = places.get(system);
      const key = place === undefined ? undefined : codeKey(system, code);
      return key === undefined ? undefined : concepts(conceptKey(place!, key));
    },
    translate(from, code, to) {
      const [source, target] = [places.get(from), places.get(to)];
      const key = source === undefined || target === undefined ? undefined : codeKey(from, code);
      const statements = key === undefined ? undefined : translations(mapKey(source!, key, target!));
      return statements === undefined ? undefined : targetOf(statements, to, sources);
    },
    codesNamed(system, name) {
      const place = places.get(system);
      const hash = place === undefined ? undefined : nameHash(name);
      return (hash === undefined ? undefined : names(nameKey(place!, hash))) ?? [];
    },
    isComplete: (system) => systems[places.get(system) ?? -1]?.complete === true,
    sourceOf: (system) => sources[systems[places.get(system) ?? -1]?.source ?? -1],
    isMapped: (system) => mappedSystems.has(system),
    close: () => file.close(),
  };
}

function conceptOf(file: PackFile, key: string): Concept | undefined {
  const statements = file.statements(key);
  if (statements === undefined) return undefined;
  const ofKind = (kind: string): string[] =>
    statements.filter((statement) => statement.startsWith(kind)).map((statement) => statement.slice(1));
  // They are sorted, so the best rank is the first.
  const displays = ofKind(STATEMENT.display);
  const [rank = '9'] = displays;
  const [best = '', ...others] = displays.map((text) => text.slice(1));
  const source = file.manifest.sources[parseInt(best, 36)];
  const display = best.slice(best.indexOf('\t') + 1);
  const retired = ofKind(STATEMENT.retired);
  const replacedBy = new Set(retired.filter((code) => code !== ''));
  const system = file.manifest.systems[parseInt(key.split('\t')[1] ?? '', 36)];
  return {
    ...(best === '' ? {} : { display }),
    isOfSystem: Number(rank[0]) < LEAST_OF_OTHERS,
    names: [...others.map((text) => text.slice(text.indexOf('\t') + 1)), ...ofKind(STATEMENT.name)],
    words: ofKind(STATEMENT.words),
    relatives: ofKind(STATEMENT.relative),
    retired: retired.length > 0 && !statements.includes(STATEMENT.active),
    ...(replacedBy.size === 1 ? { replacedBy: [...replacedBy][0]! } : {}),
    units: ofKind(STATEMENT.units),
    source: source ?? file.manifest.sources[system?.source ?? 0]!,
  };
}

function targetOf(
  statements: readonly string[],
  to: string,
  sources: readonly PackSource[],
): TranslatedCode | 'ambiguous' | undefined {
  const targets = new Map<string, TranslatedCode>();
  for (const statement of statements) {
    if (statement.startsWith(MAP_STATEMENT.none)) return 'ambiguous';
    const [source = '', code = ''] = statement.slice(1).split('\t');
    const strength = statement.startsWith(MAP_STATEMENT.exact) ? 'exact' : 'candidate';
    const known = targets.get(code);
    if (known === undefined || known.strength === 'candidate')
      targets.set(code, { code: withDot(to, code), strength, source: sources[parseInt(source, 36)]! });
  }
  if (targets.size > 1) return 'ambiguous';
  return [...targets.values()][0];
}

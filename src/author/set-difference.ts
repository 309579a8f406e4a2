/**
 * Which conversions a change of a mapping set can change at all. `cairn diff` converts a document by the earlier set; where that
 * asked nothing that differs in the later set, the later set makes the same of it, and need not be asked.
 *
 * What a mapping makes follows from its own file and from the fragments, ConceptMaps, conditions and lists that it names, and
 * those that these name. Both sets do the same until a conversion asks for a mapping of which one of these differs
 * (`Asked.mappings`), or looks for a mapping where the choice differs (`Asked.templates`, `Asked.elements`). Whatever is asked
 * of every document (`ignored.json`, `templates.json`, rules that drop statements) counts as asked by all.
 */
import type { AskedOfSet } from '../mapping/asked.js';
import type { Match } from '../mapping/compiled-mapping.js';
import { isDropRule } from '../mapping/drop-rule.js';
import { baseName, valueAtPointer, type MappingFile } from '../mapping/mapping-file.js';
import type { MappingSet } from '../mapping/mapping-set.js';

/** Whether the later set may make something else of a document, of which the earlier set was asked this. */
export type MayDiffer = (asked: AskedOfSet) => boolean;

const ALWAYS: MayDiffer = () => true;

export function mayDiffer(from: MappingSet, to: MappingSet): MayDiffer {
  const parts: [Parts, Parts] = [partsOf(from), partsOf(to)];
  const changed = changedNames(parts[0].named, parts[1].named);
  const differs = (one: string | undefined, other: string | undefined): boolean =>
    one !== other || (one !== undefined && namesOne(one, changed));
  if (differs(parts[0].asked, parts[1].asked)) return ALWAYS;
  const bodies = changedKeys(parts[0].bodies, parts[1].bodies, differs);
  const choices = changedKeys(parts[0].choices, parts[1].choices, differs);
  // Where a mapping may be referred to depends on its resource.
  for (const [id, type] of parts[0].types) if ((parts[1].types.get(id) ?? type) !== type) return ALWAYS;
  if (fixedChoices(from, choices) === undefined || fixedChoices(from, choices) !== fixedChoices(to, choices))
    return ALWAYS;
  const templates = changedBuckets(from.byTemplate, to.byTemplate, choices);
  const elements = changedBuckets(from.byElement, to.byElement, choices);
  return (asked) =>
    [...asked.mappings].some(({ id }) => bodies.has(id)) ||
    [...templates].some((template) => asked.templates.has(template)) ||
    [...elements].some((element) => asked.elements.has(element));
}

/** The parts of a set, as text: equal texts mean the same, unless they name a part that differs. */
interface Parts {
  /** What every conversion asks. */
  readonly asked: string;
  /** By id: what a mapping makes of a statement. */
  readonly bodies: ReadonlyMap<string, string>;
  /** By id: of which statements. */
  readonly choices: ReadonlyMap<string, string>;
  /** By id: the type of its resource. */
  readonly types: ReadonlyMap<string, string>;
  /** What others name. */
  readonly named: ReadonlyMap<Named, ReadonlyMap<string, string>>;
}

type Named = 'fragment' | 'conceptMap' | 'condition' | 'list';

/** Members of a file, or of a condition or list, that change nothing in a Bundle. */
const FOR_READERS: ReadonlySet<string> = new Set(['$schema', '$comment', 'title', 'basis', 'description', 'issues']);

function partsOf({ files, sender, timeZone, valuesBesideNull, usCore }: MappingSet): Parts {
  const values = (list: readonly (MappingFile | undefined)[]) => list.map((file) => file?.value);
  const byName = (list: readonly MappingFile[]) => new Map(list.map((file) => [baseName(file), saidBy(file.value)]));
  const bodies = new Map<string, string>();
  const choices = new Map<string, string>();
  const types = new Map<string, string>();
  for (const { value } of files.mappings.filter((file) => !isDropRule(file))) {
    const { id, on, match, let: names, resource } = value as Readonly<Record<string, unknown>>;
    bodies.set(String(id), saidBy({ ...(value as object), match: undefined }));
    choices.set(String(id), textOf([on, match, names]));
    types.set(String(id), String((resource as Readonly<Record<string, unknown>>).resourceType));
  }
  const words = [...byName(files.words)].map(([name, text]) => {
    const change = sender?.words.find((file) => baseName(file) === name);
    return [name, change === undefined ? text : text + saidBy(change.value)] as const;
  });
  return {
    asked: textOf([
      timeZone,
      valuesBesideNull,
      usCore,
      values([files.usCore, files.ignored, files.holders, files.refused, files.placeholders]),
      values([files.columns, ...files.templates]),
      files.mappings.filter(isDropRule).map(({ value }) => saidBy(value)),
    ]),
    bodies,
    choices,
    types,
    named: new Map([
      ['fragment', byName(files.fragments)],
      ['conceptMap', byName(files.conceptMaps)],
      ['condition', entriesOf(files.conditions, 'conditions')],
      ['list', new Map([...words, ...entriesOf(files.codeLists, 'lists')])],
    ]),
  };
}

function entriesOf(file: MappingFile | undefined, member: string): ReadonlyMap<string, string> {
  const entries = valueAtPointer(file?.value, `/${member}`) ?? {};
  return new Map(Object.entries(entries).map(([name, entry]) => [name, saidBy(entry)]));
}

/** What a file says to the engine, or one of its conditions or lists. */
function saidBy(value: unknown): string {
  return textOf(Object.entries(value ?? {}).filter(([key]) => !FOR_READERS.has(key)));
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}

type ChangedNames = ReadonlyMap<Named, ReadonlySet<string>>;

/** The named parts that differ, or that name one that does. */
function changedNames(from: Parts['named'], to: Parts['named']): ChangedNames {
  const changed = new Map<Named, Set<string>>();
  for (const kind of from.keys()) changed.set(kind, new Set());
  for (let before = -1, after = 0; before !== after;) {
    before = after;
    for (const [kind, names] of changed) {
      const differs = (one: string | undefined, other: string | undefined) =>
        one !== other || (one !== undefined && namesOne(one, changed));
      for (const name of changedKeys(from.get(kind)!, to.get(kind)!, differs)) names.add(name);
    }
    after = [...changed.values()].reduce((sum, names) => sum + names.size, 0);
  }
  return changed;
}

function changedKeys(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  differs: (one: string | undefined, other: string | undefined) => boolean,
): ReadonlySet<string> {
  return new Set([...from.keys(), ...to.keys()].filter((key) => differs(from.get(key), to.get(key))));
}

/** Whether a text, as JSON, names one of these; in doubt it does. */
function namesOne(text: string, changed: ChangedNames): boolean {
  for (const [kind, names] of changed) for (const name of names) if (isNamed(text, kind, name)) return true;
  return false;
}

function isNamed(text: string, kind: Named, name: string): boolean {
  if (!text.includes(name)) return false;
  const plain = name.replaceAll(/[^\w-]/g, '.');
  switch (kind) {
    case 'fragment':
      return new RegExp(`"\\$use":(?:\\[[^\\]]*)?"${plain}"`).test(text);
    case 'conceptMap':
      return new RegExp(`"\\$map":\\[?"${plain}"`).test(text);
    case 'condition':
      return new RegExp(`(?<![\\w-])${plain}\\s*\\(`).test(text);
    case 'list':
      // Alone, or in the quotation marks of a selector.
      return text.includes(`"${name}"`) || text.includes(`'${name}'`) || text.includes(`"${name}\\"`);
  }
}

/**
 * The mappings that every document is asked about: by a place of the header, for what is left over, and for authorship, with
 * the elements that mappings stand on. Undefined where the choice of one of them differs.
 */
function fixedChoices(set: MappingSet, changed: ReadonlySet<string>): string | undefined {
  const { statements, drops, header, leftOver, authorship, subject } = set;
  const leftOverIds = [...leftOver].map(([element, matches]) => [element, idsOf(matches)] as const);
  const asked = [...idsOf(header), ...leftOverIds.flatMap(([, ids]) => ids), authorship?.id, subject?.mapping.id];
  if (asked.some((id) => id !== undefined && changed.has(id))) return undefined;
  const elements = statements.flatMap((stands, element) => (stands === true ? [element] : []));
  return textOf([elements, [...drops.keys()], idsOf(header), leftOverIds, authorship?.id, subject?.mapping.id]);
}

function idsOf(matches: readonly Pick<Match, 'mapping'>[]): string[] {
  return matches.map(({ mapping }) => mapping.id);
}

/** The keys by which mappings are looked for, and another one may be found. */
function changedBuckets<K>(
  from: ReadonlyMap<K, readonly Match[]>,
  to: ReadonlyMap<K, readonly Match[]>,
  changed: ReadonlySet<string>,
): ReadonlySet<K> {
  return new Set(
    [...from.keys(), ...to.keys()].filter((key) => {
      const [one, other] = [idsOf(from.get(key) ?? []), idsOf(to.get(key) ?? [])];
      return one.join() !== other.join() || one.some((id) => changed.has(id));
    }),
  );
}

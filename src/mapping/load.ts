import { typesNamed } from '../cda/type-graph.js';
import { compileAgreement } from './agreement.js';
import { compileConceptMap, type ConceptMapTable } from '../terminology/concept-map.js';
import type { ParseSelector } from '../xpath/grammar.js';
import { builtSet, syntaxOf, type KnownSet } from './checked-set.js';
import type { CompiledMapping, HeaderMatch, Match } from './compiled-mapping.js';
import { compileCodeLists } from './code-lists.js';
import { compileColumns } from './columns.js';
import { announce } from './compile-mapping.js';
import { compileConditions } from './conditions.js';
import { editionsOf, filesOfEdition, type Editions } from './editions.js';
import { compileDropRules, isDropRule } from './drop-rule.js';
import { declareCodes, questionsOf } from './issue-rules.js';
import { compileHolderRule } from './holders.js';

import { MappingError, type Mistake } from './mapping-error.js';
import { baseName, locate, type MappingFile } from './mapping-file.js';
import type { MappingSet } from './mapping-set.js';
import { patchedFiles } from './patched-files.js';
import { compilePlaceholders } from './placeholders.js';
import { compileRefused } from './refused.js';
import { kindOf, readMappingFiles, type MappingFiles, type SenderFiles } from './read-files.js';
import { mistake, type Environment, type Fragment, type NotePiece } from './scope.js';
import { fixedFacts } from './template-facts.js';
import { compileValue } from './value.js';
import { MapWhenAsked } from './when-asked.js';
import { compileWords } from './words.js';

/** A mapping set together with the changes of its senders. */
export interface CompiledMappings {
  readonly base: MappingSet;
  readonly senders: ReadonlyMap<string, MappingSet>;
}

export interface LoadedMappings extends CompiledMappings {
  /** SHA-256 of all files of the set. */
  readonly hash: string;
  /**
   * The same set, compiled so that it tells the trace which directive made each value. It is made when it is first
   * asked for.
   */
  readonly traced: () => CompiledMappings;
  /**
   * The set for another version of US Core, made when it is first asked for. With `all` it is for every sender. With
   * `others`, a sender whose description names a version keeps that version.
   */
  readonly edition: (version: string, traced: boolean, whose?: 'all' | 'others') => CompiledMappings;
  readonly editions: Editions;
  /** The name of the sender, by the OIDs of its custodian or author organization. */
  readonly senderByOid: ReadonlyMap<string, string>;
}

/** Somebody observes how the set is compiled; so all of it is checked and compiled at once. */
export interface Watching {
  readonly parse: ParseSelector;
  readonly notePiece?: NotePiece;
}

/**
 * Reads, checks and compiles a folder of mappings. The packaged set is not checked again if it is the same as when
 * Cairn was built.
 * @throws MappingError with every mistake of every file at once
 */
export function loadMappings(folder: string, watching?: Watching, built: KnownSet = builtSet()): LoadedMappings {
  const mistakes: Mistake[] = [];
  const wasChecked = (hash: string) => watching === undefined && hash === built.hash;
  const files = readMappingFiles(folder, mistakes, wasChecked);
  // If a file can't be read, everything that it defines would be missing elsewhere, and one missing comma would give a
  // thousand mistakes. So only this is told.
  const unread = mistakes.filter(({ message }) => message.startsWith('not JSON'));
  if (unread.some(({ file }) => kindOf(file) !== 'mappings')) throw new MappingError(unread);
  checkSenders(files, mistakes);
  const checked = wasChecked(files.hash);
  const compiling = {
    parse: watching?.parse ?? syntaxOf,
    notePiece: undefined,
    checked,
    // A piece may have other needs in another version of US Core.
    needs: undefined,
  };
  const compiled = compileAll(files, {
    ...compiling,
    mistakes,
    traced: false,
    needs: checked ? built.needs : undefined,
    notePiece: watching?.notePiece,
  });
  const senderByOid = new Map<string, string>();
  for (const [sender, own] of files.senders) for (const oid of describe(own).oids) senderByOid.set(oid, sender);
  if (mistakes.length > 0) throw new MappingError(mistakes);
  let traced: CompiledMappings | undefined;
  const editions = new Map<string, CompiledMappings>();
  return {
    hash: files.hash,
    editions: editionsOf(files),
    edition: (version, isTraced, whose = 'all') => {
      const key = `${version} ${String(isTraced)} ${whose}`;
      const known = editions.get(key);
      if (known !== undefined) return known;
      const found: Mistake[] = [];
      const compiledEdition = compileAll(files, { ...compiling, mistakes: found, traced: isTraced }, version, whose);
      if (found.length > 0) throw new MappingError(found);
      editions.set(key, compiledEdition);
      return compiledEdition;
    },
    ...compiled,
    senderByOid,
    traced: () => (traced ??= compileAll(files, { ...compiling, mistakes: [], traced: true })),
  };
}

type Compiling = Pick<Environment, 'parse' | 'mistakes' | 'traced' | 'checked' | 'needs' | 'notePiece'>;

/**
 * Compiles the set for one version of US Core.
 * @param edition for every sender, or for senders that name none; without it, each sender has the version in its
 *   description, or else that of the set
 */
function compileAll(
  files: MappingFiles,
  compiling: Compiling,
  edition?: string,
  whose: 'all' | 'others' = 'all',
): CompiledMappings {
  const own = edition ?? editionsOf(files).version;
  const compile = (usCore: string, sender?: SenderFiles): MappingSet => {
    const before = filesOfEdition(files, usCore, compiling.mistakes);
    const patched = sender === undefined ? before : patchedFiles(before, sender, compiling.mistakes);
    return compileSet(patched, sender, usCore, compiling);
  };
  const base = compile(own);
  const versionFor = (sender: SenderFiles): string =>
    edition !== undefined && whose === 'all' ? edition : (describe(sender).usCore ?? own);
  const senders = new MapWhenAsked<MappingSet>();
  for (const [name, sender] of files.senders)
    senders.later(name, () => senders.set(name, compile(versionFor(sender), sender)));
  // In a set that was not checked before, the mistakes of all senders have to be told.
  if (!compiling.checked) for (const name of files.senders.keys()) senders.get(name);
  return { base, senders };
}

/** Checks that every folder of a sender has a sender.json, and that no two of these name the same OID. */
function checkSenders({ senders }: MappingFiles, mistakes: Mistake[]): void {
  const ownerOf = new Map<string, string>();
  for (const [sender, own] of senders) {
    const file = own.description;
    if (file === undefined) {
      const message = `the folder of a sender needs sender.json: { "oids": ["OID of its custodian or author organization"] }`;
      mistakes.push({ file: `senders/${sender}/sender.json`, line: 1, column: 1, message });
      continue;
    }
    for (const [index, oid] of describe(own).oids.entries()) {
      const other = ownerOf.get(oid);
      if (other === undefined) ownerOf.set(oid, sender);
      else
        mistakes.push({
          file: file.path,
          ...locate(file, `/oids/${index}`),
          message: `the OID ${oid} is also in senders/${other}, so nobody can tell which of the two sent a document`,
        });
    }
  }
}

interface SenderDescription {
  readonly oids: readonly string[];
  readonly timeZone: string | undefined;
  readonly usCore: string | undefined;
  readonly valuesBesideNull: boolean;
}

function describe(sender: SenderFiles | undefined): SenderDescription {
  const { oids, timeZone, usCore, valuesBesideNullFlavors } = (sender?.description?.value ?? {}) as Record<
    string,
    unknown
  >;
  return {
    valuesBesideNull: valuesBesideNullFlavors === true,
    usCore: typeof usCore === 'string' ? usCore : undefined,
    oids: Array.isArray(oids) ? oids.filter((oid) => typeof oid === 'string') : [],
    timeZone: typeof timeZone === 'string' ? timeZone : undefined,
  };
}

function compileSet(
  files: MappingFiles,
  sender: SenderFiles | undefined,
  usCore: string,
  compiling: Compiling,
): MappingSet {
  const { timeZone, valuesBesideNull } = describe(sender);
  const mappings = new Map<string, CompiledMapping>();
  const fragments = new Map<string, Fragment>();
  const conceptMaps = new MapWhenAsked<ConceptMapTable>();
  const issueCodes = new Map<string, string>();
  const environment: Environment = {
    compileValue,
    mappings,
    fragments,
    conceptMaps,
    compiledFragments: new Map(),
    selectors: new Map(),
    expressions: new Map(),
    conditions: new MapWhenAsked(),
    nodeTypes: new MapWhenAsked(),
    issueCodes,
    lists: new MapWhenAsked(),
    codeLists: new Map(),
    columns: new Map(),
    ...compiling,
  };
  const complain = (file: MappingFile, message: string) =>
    mistake({ environment, file, pointer: '', context: undefined }, message);

  declareCodes(files.issues, issueCodes, environment);
  compileWords(files.words, sender?.words ?? [], environment);
  compileColumns(files.columns, environment);
  compileCodeLists(files.codeLists, environment);
  compileConditions(files.conditions, environment);
  for (const file of files.conceptMaps) {
    const compile = (): void => {
      try {
        conceptMaps.set(baseName(file), compileConceptMap(file.value));
      } catch (error) {
        complain(file, error instanceof Error ? error.message : String(error));
      }
    };
    if (environment.checked) conceptMaps.later(baseName(file), compile);
    else compile();
  }
  for (const file of files.fragments) {
    const {
      on,
      value,
      ignore,
      repeats,
      let: names,
      issues,
    } = (file.value ?? {}) as Partial<Fragment> & { on?: readonly string[] };
    if (value === undefined) complain(file, 'a fragment needs "value"');
    const context = on === undefined ? undefined : new Set(on.flatMap((element) => [...typesNamed(element)]));
    fragments.set(baseName(file), { id: baseName(file), file, value, context, ignore, repeats, let: names, issues });
  }
  const drops = compileDropRules(files.mappings.filter(isDropRule), environment);
  const announced = files.mappings.flatMap((file, index) => {
    if (isDropRule(file)) return [];
    const mapping = announce(file, index, environment);
    if (mapping === undefined) {
      if (file.value !== undefined) complain(file, 'a mapping needs "id" and "resource" with "resourceType"');
      return [];
    }
    if (mappings.has(mapping.id)) complain(file, `another mapping has the id "${mapping.id}"`);
    mappings.set(mapping.id, mapping);
    return [mapping];
  });

  const byTemplate = new Map<string, Match[]>();
  const byElement = new Map<number, Match[]>();
  const leftOver = new Map<number, Match[]>();
  const statements: true[] = [];
  for (const element of drops.keys()) statements[element] = true;
  const header: HeaderMatch[] = [];
  let authorship: CompiledMapping | undefined;
  for (const mapping of announced) {
    const applies = mapping.applicability();
    header.push(...applies.header);
    if (applies.authorship) authorship = mapping;
    for (const match of applies.statements) {
      for (const element of match.elements) {
        statements[element] = true;
        if (match.leftOver) append(leftOver, element, match);
        else if (match.template === undefined) append(byElement, element, match);
      }
      if (match.template !== undefined && !match.leftOver) append(byTemplate, match.template, match);
    }
  }
  // Sorted, because the first match that holds is taken. Equal ones keep their order.
  for (const matches of [...byTemplate.values(), ...byElement.values(), ...leftOver.values()])
    matches.sort((one, other) => other.priority - one.priority);
  for (const matches of [...byTemplate.values(), ...byElement.values(), ...leftOver.values()]) reportTies(matches);
  return {
    byTemplate,
    byElement,
    leftOver,
    statements,
    drops,
    header,
    holders: compileHolderRule(files.holders, environment),
    refused: compileRefused(files.refused, environment),
    authorship,
    subject: header.find(({ mapping }) => mapping.identity.scope === 'subject'),
    ignored: ignoredFacts(files.ignored),
    agreement: compileAgreement(files.agreement, environment),
    questions: questionsOf(files.issues, environment),
    placeholders: compilePlaceholders(files.placeholders, environment),
    fixed: fixedFacts(files.templates, environment),
    timeZone,
    valuesBesideNull,
    usCore,
    files,
    sender,
  };
}

/**
 * Reports two mappings that ask for the same of the same statements without a priority. The one in the earlier file
 * would win by chance.
 */
function reportTies(matches: readonly Match[]): void {
  const firstOf = new Map<string, Match>();
  for (const match of matches) {
    for (const element of match.elements) {
      const key = `${element} ${match.priority} ${match.asks}`;
      const first = firstOf.get(key);
      if (first === undefined) firstOf.set(key, match);
      else if (first.mapping !== match.mapping) {
        const tie = `this matches the same statements as "${first.mapping.id}": say by "priority" which of the two comes first`;
        mistake(match.place, tie);
        break;
      }
    }
  }
}

function ignoredFacts(file: MappingFile | undefined): MappingSet['ignored'] {
  const { facts = {} } = (file?.value ?? {}) as { facts?: Record<string, string> };
  return new Map(
    Object.entries(facts).map(([fact, reason], index) => [fact, { reason, rule: `ignored.json#/facts/${index}` }]),
  );
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

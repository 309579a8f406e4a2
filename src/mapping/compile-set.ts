/** Compiles the files of a set, with a sender's changes, into everything that a conversion needs. */
import { typesNamed } from '../cda/type-graph.js';
import { compileConceptMap, type ConceptMapTable } from '../terminology/concept-map.js';
import { ConceptMapError } from '../terminology/concept-map-shape.js';
import { compileAgreement } from './agreement.js';
import { compileCodeLists } from './code-lists.js';
import { compileColumns } from './columns.js';
import { announce, type AnnouncedMapping } from './compile-mapping.js';
import type { CompiledMapping, HeaderMatch, Match } from './compiled-mapping.js';
import { compileConditions } from './conditions.js';
import { compileDropRules, isDropRule } from './drop-rule.js';
import { compileHolderRule } from './holder-rule.js';
import { declareCodes, questionsOf } from './issue-rules.js';
import type { Mapping } from './mapping.js';
import { baseName, type MappingFile } from './mapping-file.js';
import type { MappingSet } from './mapping-set.js';
import { compilePlaceholders } from './placeholders.js';
import type { MappingFiles, SenderFiles } from './read-files.js';
import { compileRefused } from './refused.js';
import { mistake, type Environment, type Fragment, type Scope } from './scope.js';
import { describe } from './senders.js';
import { fixedFacts } from './template-facts.js';
import { compileValue } from './value.js';
import { MapWhenAsked } from './map-when-asked.js';
import { compileWords } from './words.js';

/** How a set is compiled, and where its mistakes go. */
export type Compiling = Pick<Environment, 'parse' | 'mistakes' | 'traced' | 'checked' | 'needs' | 'notePiece'>;

export function compileSet(
  files: MappingFiles,
  sender: SenderFiles | undefined,
  usCore: string,
  compiling: Compiling,
): MappingSet {
  const { timeZone, valuesBesideNull } = describe(sender);
  const mappings = new Map<string, Mapping>();
  const fragments = new Map<string, Fragment>();
  const conceptMaps = new MapWhenAsked<ConceptMapTable>();
  const issueCodes = new Map<string, string>();
  const environment: Environment = {
    compileValue,
    mappings,
    repeatedIds: new Set(),
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
  // What others name comes before those that name it.
  declareCodes(files.issues, issueCodes, environment);
  compileWords(files.words, sender?.words ?? [], environment);
  compileColumns(files.columns, environment);
  compileCodeLists(files.codeLists, environment);
  compileConditions(files.conditions, environment);
  for (const file of files.conceptMaps) addConceptMap(file, conceptMaps, environment);
  for (const file of files.fragments) fragments.set(baseName(file), fragmentOf(file, environment));
  const drops = compileDropRules(files.mappings.filter(isDropRule), environment);
  const announced = announceAll(files.mappings, mappings, environment);
  const choices = choicesOf(announced);
  for (const element of drops.keys()) choices.statements[element] = true;
  return {
    ...choices,
    drops,
    holders: compileHolderRule(files.holders, environment),
    refused: compileRefused(files.refused, environment),
    subject: choices.header.find(({ mapping }) => mapping.identity.scope === 'subject'),
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

function topOf(file: MappingFile, environment: Environment, pointer = ''): Scope {
  return { environment, file, pointer, context: undefined };
}

/** Stands for a ConceptMap that has mistakes. These are told; whoever names it has made none. */
const BROKEN: ConceptMapTable = {
  url: '',
  translate: () => undefined,
  has: () => false,
  targets: [],
  sources: [{ system: undefined, codes: [], place: '' }],
};

function addConceptMap(file: MappingFile, conceptMaps: MapWhenAsked<ConceptMapTable>, environment: Environment): void {
  const name = baseName(file);
  const compile = (): void => {
    try {
      conceptMaps.set(name, compileConceptMap(file.value));
    } catch (error) {
      if (!(error instanceof ConceptMapError)) throw error;
      for (const { pointer, message } of error.mistakes) mistake(topOf(file, environment, pointer), message);
      conceptMaps.set(name, BROKEN);
    }
  };
  if (environment.checked) conceptMaps.later(name, compile);
  else compile();
}

function fragmentOf(file: MappingFile, environment: Environment): Fragment {
  const { on, value, ignore, repeats, issues, ...others } = (file.value ?? {}) as Partial<Fragment> & {
    on?: readonly string[];
  };
  if (value === undefined) mistake(topOf(file, environment), 'a fragment needs "value"');
  const context = on === undefined ? undefined : new Set(on.flatMap((element) => [...typesNamed(element)]));
  return { id: baseName(file), file, value, context, ignore, repeats, let: others.let, issues };
}

/** The mappings of the files, each under its id, so that others can name it before it is compiled. */
function announceAll(
  files: readonly MappingFile[],
  mappings: Map<string, Mapping>,
  environment: Environment,
): AnnouncedMapping[] {
  return files.flatMap((file, index) => {
    if (isDropRule(file)) return [];
    const mapping = announce(file, index, environment);
    if (mapping === undefined) {
      if (file.value !== undefined)
        mistake(topOf(file, environment), 'a mapping needs "id" and "resource" with "resourceType"');
      return [];
    }
    const { id } = mapping;
    const other = mappings.get(id);
    if (other !== undefined) {
      // It is left out until it has an id of its own.
      environment.repeatedIds.add(id);
      mistake(topOf(file, environment, '/id'), `${other.file} has the id "${id}" already`);
      return [];
    }
    mappings.set(id, mapping);
    return [mapping];
  });
}

type Choices = Pick<MappingSet, 'compiled' | 'byTemplate' | 'byElement' | 'leftOver' | 'header' | 'authorship'> & {
  readonly statements: true[];
};

/** The mappings by their number, and by what a statement finds its mapping. */
function choicesOf(announced: readonly AnnouncedMapping[]): Choices {
  const compiled: CompiledMapping[] = [];
  const byTemplate = new Map<string, Match[]>();
  const byElement = new Map<number, Match[]>();
  const leftOver = new Map<number, Match[]>();
  const statements: true[] = [];
  const header: HeaderMatch[] = [];
  let authorship: Mapping | undefined;
  for (const mapping of announced) {
    compiled[mapping.index] = mapping;
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
  for (const matches of [...byTemplate.values(), ...byElement.values(), ...leftOver.values()]) {
    // Sorted, because the first match that holds is taken. Equal ones keep their order.
    matches.sort((one, other) => other.priority - one.priority);
    reportTies(matches);
  }
  return { compiled, byTemplate, byElement, leftOver, statements, header, authorship };
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

import { isDeepStrictEqual } from 'node:util';
import type { Column } from '../cda/column.js';
import type { ConceptMapTable } from '../terminology/concept-map.js';
import type { Condition, NamedNodes, Selector } from '../xpath/compile.js';
import { suggestion } from '../xpath/nearest.js';
import type { Needs } from '../xpath/needs.js';
import type { ParseSelector } from '../xpath/grammar.js';
import type { Expression } from '../xpath/expression.js';
import type { WordList } from '../xpath/word-list.js';
import type { PieceNeeds } from './checked-set.js';
import type { MapWhenAsked } from './map-when-asked.js';
import type { Mapping } from './mapping.js';
import type { Mistake } from './mapping-error.js';
import { escapePointer, locate, valueAtPointer, type MappingFile } from './mapping-file.js';
import type { Bindings } from './bindings.js';
import type { CompiledPart, Target } from './part.js';

/** A named piece of a template that mappings share. */
export interface Fragment {
  readonly id: string;
  readonly file: MappingFile;
  readonly value: unknown;
  /** The CDA types that its selectors start from, if it names them by `on`; else those of the place that uses it. */
  readonly context: ReadonlySet<string> | undefined;
  /** What it leaves out, and what repeats another place. The ledger is told if the fragment gives something. */
  readonly ignore?: unknown;
  readonly repeats?: unknown;
  /** Names for nodes. */
  readonly let?: unknown;
  /** What the reader should know if the fragment gives something. */
  readonly issues?: unknown;
}

/** What is known while a mapping set is compiled. */
export interface Environment {
  /**
   * Compiles any piece of a template. Directives and objects hold pieces themselves; they get this function here, so
   * that their modules need not import each other.
   */
  readonly compileValue: (template: unknown, target: Target, scope: Scope) => CompiledPart;
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** Ids that two mappings have, which is a mistake. What refers to one of them is not held against its resource. */
  readonly repeatedIds: Set<string>;
  readonly fragments: ReadonlyMap<string, Fragment>;
  readonly conceptMaps: ReadonlyMap<string, ConceptMapTable>;
  /** The fragments compiled so far, by fragment, target and CDA types. A fragment that uses itself is found here. */
  readonly compiledFragments: Map<string, CompiledPart>;
  /** Selectors compiled so far, by their text. */
  readonly selectors: Map<string, Selector>;
  /** Parts of selectors compiled so far. */
  readonly expressions: Map<string, Expression>;
  /** Conditions and nodes that selectors may name. */
  readonly conditions: MapWhenAsked<Condition | NamedNodes>;
  /** The CDA types of named nodes, by the call: `drug-product()`. */
  readonly nodeTypes: MapWhenAsked<ReadonlySet<string> | undefined>;
  /** The codes that issues of mappings may have, with what they mean. */
  readonly issueCodes: ReadonlyMap<string, string>;
  /** Word lists that selectors may name. */
  readonly lists: MapWhenAsked<WordList>;
  /** Code lists that selectors may name. */
  readonly codeLists: Map<string, readonly string[]>;
  /** By the path of an element: the column in which a narrative row has its words. */
  readonly columns: Map<string, Column>;
  readonly parse: ParseSelector;
  /** What the compiled set tells the trace. */
  readonly traced: Traced;
  readonly mistakes: Mistake[];
  /** Whether the set was checked when Cairn was built. Then its parts are compiled when they are first asked for. */
  readonly checked: boolean;
  /** What each piece needs, if that is known. */
  readonly needs: PieceNeeds | undefined;
  /** Called with what each piece needs while the set is checked. */
  readonly notePiece: NotePiece | undefined;
}

/**
 * What a compiled set tells the trace: nothing; with `values`, which directive made each value; with `attempts`, also every
 * directive that was tried and every selector that was asked, for `cairn explain`. The last is much slower.
 */
export type Traced = false | 'values' | 'attempts';

/** Takes the place of a piece and its needs. */
export type NotePiece = (place: string, needs: Needs) => void;

/** Where in the set the compiler is. */
export interface Scope {
  readonly environment: Environment;
  readonly file: MappingFile;
  /** JSON pointer into the file. */
  readonly pointer: string;
  /** The CDA types that the context node can have; undefined if they are not known. */
  readonly context: ReadonlySet<string> | undefined;
  /** The names that its file gives to nodes. */
  readonly bindings?: Bindings | undefined;
  /**
   * The path of the FHIR element being compiled, with the resource: `Condition.code`; undefined outside of resources.
   */
  readonly element?: string | undefined;
  /** The column in which a narrative row has the words of that element. */
  readonly column?: Column | undefined;
}

export function inside(scope: Scope, key: string | number): Scope {
  return { ...scope, pointer: `${scope.pointer}/${escapePointer(String(key))}` };
}

/** The scope inside a fragment that is used at a scope. */
export function atFragment(scope: Scope, { file, context }: Fragment): Scope {
  return { ...scope, file, pointer: '', context: context ?? scope.context, bindings: undefined };
}

export function onNodes(scope: Scope, context: ReadonlySet<string> | undefined): Scope {
  return { ...scope, context };
}

/** The place of a scope, as the trace and the ledger write it: `problem-observation.json#/resource/code`. */
export function ruleOf(scope: Scope): string {
  return `${scope.file.path}#${scope.pointer}`;
}

export function mistake(scope: Scope, message: string, part: 'key' | 'value' = 'value', shift = 0): void {
  const file = writtenIn(scope);
  const { line, column } = locate(file, scope.pointer, part);
  const entry = { file: file.path, line, column: column + shift, message };
  const { mistakes } = scope.environment;
  // A fragment is compiled for each place that uses it, but its mistakes are told once.
  if (!mistakes.some((known) => isDeepStrictEqual(known, entry))) mistakes.push(entry);
}

/**
 * The file in which a place was written: the overlay of a sender if the overlay says it, else the file that it changes.
 */
function writtenIn({ file, pointer }: Pick<Scope, 'file' | 'pointer'>): MappingFile {
  if (file.patched === undefined) return file;
  const { patch, base } = file.patched;
  if (has(patch.value, pointer)) return patch;
  return has(base.value, pointer) ? base : patch;
}

function has(value: unknown, pointer: string): boolean {
  return pointer === '' || valueAtPointer(value, pointer) !== undefined;
}

/** Reports members that an object may not have, each with the nearest right name. */
export function unknownKeys(source: object, known: readonly string[], scope: Scope): void {
  for (const key of Object.keys(source)) {
    if (!known.includes(key)) mistake(inside(scope, key), `there is no "${key}" here${suggestion(key, known)}`, 'key');
  }
}

/** A text or a list of texts. Anything else is reported as a mistake. */
export function textList(value: unknown, scope: Scope, expectation: string): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.every((item) => typeof item === 'string')) return list;
  mistake(scope, expectation);
  return [];
}

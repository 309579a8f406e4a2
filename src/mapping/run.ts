import type { Reading, TimeZoneRule } from '../cda/reading.js';
import type { Column } from '../cda/column.js';
import { HOLDERS, isPlaceholder, type Holder, type PlaceholderRule } from '../cda/placeholder-identifiers.js';
import { indexIds } from '../cda/narrative.js';
import { issueKinds, type IssueCode } from '../xml/issue-codes.js';
import type { Issue, IssuePlace } from '../xml/issue.js';
import { Journal } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Value } from '../xpath/context.js';
import type { Attempt } from './attempt.js';
import type { MappedResource } from './mapped-resource.js';
import type { Mapping } from './mapping.js';

/**
 * How long all texts together may be to which references lead, as a multiple of the document's length. Real documents
 * stay below half of it. A short document gets some more, because every row brings the head of its table.
 */
const MOST_TOLD = 4;
const MOST_TOLD_ANYWAY = 200_000;

/** Issues that say that a value was read but not taken. */
const REFUSALS: ReadonlySet<IssueCode> = new Set<IssueCode>([
  'impossible-date',
  'impossible-number',
  'unmapped-code',
  'invalid-base64',
  'unreadable-file',
  'dangling-reference',
]);

/** The nodes that the names of a file stand for, at one node (see bindings.ts). */
export interface Frame {
  readonly node: Node;
  readonly group: readonly Node[];
  /** Made when a name is first asked for. */
  values: Map<string, readonly Node[]> | undefined;
}

/**
 * One document that is being mapped, as the mappings see it: the state that all closures share, and what they may ask
 * for. Who makes the resources is above it (resource-maker.ts), because a maker knows the whole set of mappings, and a
 * mapping must not.
 */
export abstract class Run implements Reading {
  journal: Journal;
  variables: ReadonlyMap<string, Value>;
  /** The column in which a row of the narrative has the words of the element being made. */
  column: Column | undefined;
  /** The statements that together are the resource being made: the answer of group(). */
  group: readonly Node[] = [];
  /** The nodes that the names of mappings and fragments stand for now, by the `Bindings` of a file. */
  readonly frames = new Map<object, Frame>();
  /** The resources of the authorship that is being mapped. */
  targets: readonly MappedResource[] = [];
  /** How many References were made so far. An element has a Reference in it if the count has grown. */
  references = 0;
  /** What the patient is known by. It is part of the key of every id. */
  patientKey = '';
  /** What the document is known by. */
  documentKey = '';

  /** By fact: 1 if its value was made and then rolled back. */
  readonly converted: Uint8Array;
  /** By node: the issue by which its value was refused. */
  readonly refused = new Map<Node, IssueCode>();
  /** What was asked and tried, for `cairn explain`. Only sets that are compiled for a trace write here. */
  attempts: Attempt[] | undefined;
  /** Whether the issues of mappings are told. They decide nothing in the Bundle, so `cairn diff` asks for none. */
  tellsIssues = true;
  /** How many characters of narrative the texts have so far. */
  told = 0;

  /** Elements by their ID. Made when the first reference into the narrative is met. */
  #ids: ReadonlyMap<string, Node> | undefined;
  /** By id element and holder: whether the id identifies nobody. */
  readonly #placeholders = new Map<number, boolean>();
  /** The warnings so far, so that each is told once. */
  readonly #told = new Set<string>();

  constructor(
    readonly tree: Tree,
    readonly timeZone: TimeZoneRule,
    readonly placeholders: readonly PlaceholderRule[],
    readonly issues: Issue[],
    readonly traced: boolean,
    variables: ReadonlyMap<string, Value>,
    readonly files: ReadonlyMap<string, Uint8Array>,
  ) {
    this.converted = new Uint8Array(tree.count);
    this.journal = new Journal(traced, this.converted);
    this.variables = variables;
  }

  /** Makes the resource of the mapping from the node; undefined if something required is missing. */
  abstract make(mapping: Mapping, node: Node): MappedResource | undefined;

  /** The resource of a mapping that matches a path of the header. If there are several nodes, of the first. */
  abstract makeFromHeader(mapping: Mapping): MappedResource | undefined;

  /**
   * Every resource of statements at or below the node, in document order. Statements that the walk has not reached are
   * made now. So a statement can refer to what stands inside it.
   */
  abstract madeWithin(node: Node): MappedResource[];

  /** The resources of the statement itself. */
  abstract madeAt(node: Node): MappedResource[];

  narrativeElement(id: string): Node {
    this.#ids ??= indexIds(this.tree);
    return this.#ids.get(id) ?? NONE;
  }

  mayTell(reference: Node, characters: number): boolean {
    if (this.told + characters <= MOST_TOLD * this.tree.source.length + MOST_TOLD_ANYWAY) {
      this.told += characters;
      return true;
    }
    this.warn(
      'repeated-text',
      'References lead to texts that are together many times as long as the document, so this one is only in the narrative of its section.',
      reference,
    );
    return false;
  }

  isPlaceholder(id: Node, holder: Holder): boolean {
    const place = id * HOLDERS.length + HOLDERS.indexOf(holder);
    let known = this.#placeholders.get(place);
    if (known === undefined) {
      known = isPlaceholder(this.tree, id, holder, this.placeholders);
      this.#placeholders.set(place, known);
    }
    return known;
  }

  /** Each warning is told once: a value may be read for one alternative and then for the next. */
  warn(code: IssueCode, text: string, node: Node): void {
    const warning = `${node} ${code} ${text}`;
    if (this.#told.has(warning)) return;
    this.#told.add(warning);
    if (REFUSALS.has(code)) this.refused.set(node, code);
    this.issues.push({ severity: issueKinds[code].severity, code, text, ...positionOf(this.tree, node) });
  }

  /** Tells an issue of the mapping set, with the other places that it is about. Each is told once. */
  tell(severity: Issue['severity'], code: string, text: string, node: Node, others: readonly Node[]): void {
    const told = `${node} ${others.join(' ')} ${code} ${text}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    const also = others.map((other) => this.#placeIn(other));
    this.issues.push({ severity, code, text, ...this.#placeIn(node), ...(also.length === 0 ? {} : { also }) });
  }

  #placeIn(node: Node): IssuePlace {
    return { ...positionOf(this.tree, node), path: xpathOf(this.tree, node) };
  }

  /** For the trace: the value with this index is being made now. */
  at(index: number, array: boolean): void {
    if (this.traced && array) this.journal.path[this.journal.path.length - 1] = `[${index}]`;
  }

  /**
   * Writes down that facts are left out. If the rule names an attribute or text, that fact is dropped for this reason.
   * If it names an element, every fact in it is meant, but a fact may have a better reason (see
   * provenance/accounting/accounting.ts).
   */
  ignore(node: Node, reason: string, rule: string): void {
    const { tree, journal } = this;
    for (let fact = node; fact <= tree.last[node]!; fact++) {
      if (fact === node && !isElement(tree, node)) journal.dropped(fact, reason, rule);
      else journal.ignored(fact, reason, rule);
    }
  }
}

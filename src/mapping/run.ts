import type { FhirResource } from 'fhir/r4.js';
import { countBesideNull } from '../cda/types/interval.js';
import type { Reading, TimeZoneRule } from '../cda/reading.js';
import type { Column } from '../cda/column.js';
import { HOLDERS, isPlaceholder, type Holder } from '../cda/placeholder-identifiers.js';
import { indexIds } from '../cda/narrative.js';
import { issueKinds, type IssueCode } from '../xml/issue-codes.js';
import type { Issue, IssuePlace } from '../xml/issue.js';
import { Journal } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Value } from '../xpath/context.js';
import { once } from '../once.js';
import type { AskedOfSet } from './asked.js';
import type { Attempt } from './attempt.js';
import type { Bindings, Frame } from './bindings.js';
import type { CompiledMapping } from './compiled-mapping.js';
import { dropRuleOf } from './drop-rule.js';
import { Groups } from './group.js';
import { tellDisagreement } from './agreement.js';
import { apartOf, identityKeyOf, rankOf } from './identity-key.js';
import { likenessOf } from './likeness.js';
import type { MappedResource } from './mapped-resource.js';
import type { MappingSet } from './mapping-set.js';
import { Statements } from './statements.js';
import { walkStatements } from './walk.js';

const NOTHING: readonly never[] = [];

/**
 * A resource that another one refers to is made before the walk reaches it. After a hundred such steps the chain is
 * broken, so that the stack does not overflow. The rest is made when the walk comes to it.
 */
const MOST_AHEAD = 100;

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

/** Marks what could not be made, so that it is not tried again. */
const IMPOSSIBLE = Symbol('impossible');

/**
 * One document that is being mapped: the state that all closures share. It makes each resource once, however often it
 * is asked for. Example: a result is asked for by its report, and the walk finds it too.
 */
export class Run implements Reading {
  journal: Journal;
  variables: ReadonlyMap<string, Value>;
  /** The column in which a row of the narrative has the words of the element being made. */
  column: Column | undefined;
  /** The statements that together are the resource being made: the answer of group(). */
  group: readonly Node[] = [];
  /** The nodes that the names of mappings and fragments stand for now. */
  readonly frames = new Map<Bindings, Frame>();
  /** The resources of the authorship that is being mapped. */
  targets: readonly MappedResource[] = [];
  /** All resources, in the order in which they were begun. */
  readonly made: MappedResource[] = [];
  /** How many References were made so far. An element has a Reference in it if the count has grown. */
  references = 0;
  /** What the patient is known by. It is part of the key of every id. */
  patientKey = '';
  /** What the document is known by. */
  documentKey = '';
  /** 1 for each statement whose outcome is known. An inner statement may be asked for before the walk comes to it. */
  readonly settled: Uint8Array;

  /** The journal of what is left out by statements that are no resources. */
  readonly leftOut: Journal;

  /** By fact: 1 if its value was made and then rolled back. */
  readonly converted: Uint8Array;
  /** By node: the issue by which its value was refused. */
  readonly refused = new Map<Node, IssueCode>();

  /** Elements by their ID. Made when the first reference into the narrative is met. */
  #ids: ReadonlyMap<string, Node> | undefined;
  /** The node for each mapping of the header; NONE if the document has none for it. */
  readonly #headerNodes = new Map<CompiledMapping, Node>();
  /** What was made, by mapping and node. */
  readonly #known = new Map<number, MappedResource | typeof IMPOSSIBLE>();
  readonly #groups = new Groups();
  /** By statement that was asked: whether a rule drops it. */
  readonly #dropped = new Map<Node, boolean>();
  /** By id element and holder: whether the id identifies nobody. */
  readonly #placeholders = new Map<number, boolean>();
  /** The warnings so far, so that each is told once. */
  readonly #told = new Set<string>();
  /** The innermost resource that is not yet complete. */
  #making: MappedResource | undefined;
  /** What was asked and tried, for `cairn explain`. Only sets that are compiled for a trace write here. */
  attempts: Attempt[] | undefined;
  /** Where what is asked of the mapping set is written down, for `cairn diff`. */
  asked: AskedOfSet | undefined;
  /** How many characters of narrative the texts have so far. */
  told = 0;
  /** How many resources are not yet complete. */
  #depth = 0;
  readonly #statements = new Statements();

  constructor(
    readonly tree: Tree,
    readonly mappings: MappingSet,
    readonly timeZone: TimeZoneRule,
    readonly issues: Issue[],
    readonly traced: boolean,
    variables: ReadonlyMap<string, Value>,
    readonly files: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.converted = new Uint8Array(tree.count);
    this.journal = new Journal(traced, this.converted);
    this.leftOut = new Journal(false);
    this.variables = variables;
    this.settled = new Uint8Array(tree.count);
    if (mappings.valuesBesideNull) countBesideNull(tree);
  }

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
      known = isPlaceholder(this.tree, id, holder, this.mappings.placeholders);
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

  /** Makes the resource of the mapping from the node; undefined if something required is missing. */
  make(mapping: CompiledMapping, node: Node): MappedResource | undefined {
    return this.makeAt(mapping, node, false);
  }

  private makeAt(mapping: CompiledMapping, asked: Node, asStatement: boolean): MappedResource | undefined {
    this.asked?.mappings.add(mapping);
    const group = this.#groups.membersOf(this, mapping, asked);
    const node = group[0] ?? asked;
    const place = this.#placeOf(mapping, node);
    const known = this.#known.get(place);
    if (known === IMPOSSIBLE) return undefined;
    if (known !== undefined) {
      if (asStatement) this.#statements.enter(asked, known);
      return known;
    }
    if (this.drops(node, false)) {
      this.#known.set(place, IMPOSSIBLE);
      return undefined;
    }
    const outerGroup = this.group;
    const outerMaking = this.#making;
    this.#depth++;
    this.group = group;
    const resource: { resourceType: string } = { resourceType: mapping.resourceType };
    const outer = this.journal;
    this.journal = new Journal(this.traced, this.converted);
    const made: MappedResource = {
      mapping,
      tree: this.tree,
      node,
      nodes: group.length === 0 ? [node] : group,
      resource: resource as FhirResource,
      journal: this.journal,
      key: identityKeyOf(this, mapping, node),
      referring: NOTHING,
      address: '',
      // Asked only if two resources have the same key but differ.
      apart: () => apartOf(this, mapping, node),
      likeness: once(() => likenessOf(this, mapping, node)),
      rank: () => rankOf(this, mapping, node),
      matched: false,
    };
    this.#known.set(place, made);
    this.#making = made;
    // Entered before it is complete: what stands inside may be made first and refer to it.
    if (asStatement) this.#statements.enter(asked, made);
    const index = this.made.push(made) - 1;
    const whole = mapping.build(this, node, made);
    if (whole) {
      mapping.account(this, node);
      mapping.tellIssues?.(this, node);
      tellDisagreement(this.mappings.agreement, this, made);
    }
    this.journal = outer;
    this.group = outerGroup;
    this.#making = outerMaking;
    this.#depth--;
    if (!whole) {
      this.#takeBack(index);
      this.#known.set(place, IMPOSSIBLE);
      this.warn(
        'missing-required',
        `no ${mapping.resourceType} without its required elements (mapping ${mapping.id})`,
        node,
      );
      return undefined;
    }
    for (const other of mapping.also) this.makeStatement(other, node);
    return made;
  }

  /**
   * What is read meanwhile is written into the journal of that resource. Example: a condition that held is the reason
   * why it was made.
   */
  inJournalOf(made: MappedResource, read: () => void): void {
    const outer = this.journal;
    this.journal = made.journal;
    read();
    this.journal = outer;
  }

  /** Makes a resource that the document itself asks for, not only another resource. */
  makeStatement(mapping: CompiledMapping, node: Node): MappedResource | undefined {
    return this.makeAt(mapping, node, true);
  }

  /**
   * Takes back what was made since a resource failed, because it may refer to that resource. It is made again if it is
   * asked for again.
   */
  #takeBack(index: number): void {
    for (const made of this.made.splice(index)) {
      made.journal.rollback(0);
      this.#known.delete(this.#placeOf(made.mapping, made.node));
      this.#statements.leave(made);
      for (const node of made.nodes) this.settled[node] = 0;
    }
  }

  #placeOf({ index }: CompiledMapping, node: Node): number {
    return index * this.tree.count + node;
  }

  /** The resource of a mapping that matches a path of the header. If there are several nodes, of the first. */
  makeFromHeader(mapping: CompiledMapping): MappedResource | undefined {
    let node = this.#headerNodes.get(mapping);
    if (node === undefined) {
      const nodes = this.mappings.header
        .filter((match) => match.mapping === mapping)
        .map(({ path }) => path.first(this, 0));
      node = nodes.find((found) => found !== NONE) ?? NONE;
      this.#headerNodes.set(mapping, node);
    }
    return node === NONE ? undefined : this.makeStatement(mapping, node);
  }

  /**
   * Every resource of statements at or below the node, in document order. Statements that the walk has not reached are
   * made now. So a statement can refer to what stands inside it.
   */
  madeWithin(node: Node): MappedResource[] {
    return this.#madeFrom(node, this.tree.last[node]!);
  }

  /** The resources of the statement itself. */
  madeAt(node: Node): MappedResource[] {
    return this.#madeFrom(node, node);
  }

  #madeFrom(first: Node, last: Node): MappedResource[] {
    if (this.#depth < MOST_AHEAD) walkStatements(this, first, last);
    return this.#statements.between(first, last).filter((made) => made !== this.#making);
  }

  /**
   * Whether a rule says that the statement is no resource. Then the rule's reason holds for every fact in it that is
   * not read elsewhere. With `unmatched`, the rules for statements that no mapping matches are asked.
   */
  drops(node: Node, unmatched: boolean): boolean {
    if (!this.mappings.drops.has(this.tree.name[node]!)) return false;
    const known = unmatched ? undefined : this.#dropped.get(node);
    if (known !== undefined) return known;
    const rule = dropRuleOf(this, node, unmatched);
    this.#dropped.set(node, rule !== undefined);
    if (rule === undefined) return false;
    for (let fact = node; fact <= this.tree.last[node]!; fact++) this.leftOut.dropped(fact, rule.reason, rule.rule);
    rule.tellIssues?.(this, node);
    return true;
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

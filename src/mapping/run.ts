import type { FhirResource } from 'fhir/r4.js';
import { countBesideNull } from '../cda/types/interval.js';
import type { Reading, TimeZoneRule } from '../cda/reading.js';
import type { Column } from '../cda/meant-words.js';
import { HOLDERS, isPlaceholder, type Holder } from '../cda/placeholder-identifiers.js';
import { indexIds } from '../cda/narrative.js';
import { issueKinds, type IssueCode } from '../xml/issue-codes.js';
import type { Issue, IssuePlace } from '../xml/issue.js';
import { Journal } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Value } from '../xpath/context.js';
import { once } from '../once.js';
import type { Asked } from './asked.js';
import type { Attempt } from './attempt.js';
import type { Bindings, Frame } from './bindings.js';
import type { CompiledMapping } from './compiled-mapping.js';
import { dropRuleOf } from './drop-rule.js';
import { Groups } from './group.js';
import { tellDisagreement } from './agreement.js';
import { apartOf, keyOf, rankOf } from './identity-key.js';
import { likenessOf } from './likeness.js';
import type { MappedResource } from './mapped-resource.js';
import type { MappingSet } from './mapping-set.js';
import { Statements } from './statements.js';
import { walkStatements } from './walk.js';

const NOTHING: readonly never[] = [];

/**
 * What refers to what comes later is made before it; a chain of a hundred such references is broken here, before the stack
 * overflows: what lies behind it is made when the walk comes to it.
 */
const MOST_AHEAD = 100;

/**
 * How many times the document's length the texts may have together that references lead to; real documents stay below
 * half of it. A short one gets some more, since every row that is told brings the head of its table.
 */
const MOST_TOLD = 4;
const MOST_TOLD_ANYWAY = 200_000;

/** Issues that say that a value was read, and not taken. */
const REFUSALS: ReadonlySet<IssueCode> = new Set<IssueCode>([
  'impossible-date',
  'impossible-number',
  'unmapped-code',
  'invalid-base64',
  'unreadable-file',
  'dangling-reference',
]);

/** What could not be made, so that it is not tried again. */
const IMPOSSIBLE = Symbol('impossible');

/**
 * One document being mapped: the state that closures share. It makes each resource once, however often it is asked for
 * (a result belongs to its report, and is found by the walk too).
 */
export class Run implements Reading {
  journal: Journal;
  variables: ReadonlyMap<string, Value>;
  /** The column in which a narrative row has the words of the element being made. */
  column: Column | undefined;
  /** The statements that are the resource at hand together: what group() answers. */
  group: readonly Node[] = [];
  /** What the names of mappings and fragments stand for at the node at hand. */
  readonly frames = new Map<Bindings, Frame>();
  /** The resources of the authorship at hand. */
  targets: readonly MappedResource[] = [];
  /** All that was made, in the order in which it was begun. */
  readonly made: MappedResource[] = [];
  /** How many References were made so far: whether an element has one in it is seen by the count. */
  references = 0;
  /** What the patient is known by: it is in the key of every id. */
  patientKey = '';
  /** What the document is known by. */
  documentKey = '';
  /** 1 for each statement of which it is known what becomes of it: those inside of others are asked for by them first. */
  readonly settled: Uint8Array;

  /** What statements that are no resource leave out. */
  readonly leftOut: Journal;

  /** By fact: 1 where its value was made, and then rolled back. */
  readonly converted: Uint8Array;
  /** What a value was refused for, by the node at which it was told. */
  readonly refused = new Map<Node, IssueCode>();

  /** Elements by their ID; made when the first reference into the narrative is met. */
  #ids: ReadonlyMap<string, Node> | undefined;
  /** Where the mappings of the header apply; NONE where the document has nothing for one. */
  readonly #headerNodes = new Map<CompiledMapping, Node>();
  /** By mapping and node. */
  readonly #known = new Map<number, MappedResource | typeof IMPOSSIBLE>();
  readonly #groups = new Groups();
  /** By statement, where it was asked: whether a rule drops it. */
  readonly #dropped = new Map<Node, boolean>();
  /** By id element and holder. */
  readonly #placeholders = new Map<number, boolean>();
  /** The warnings so far. */
  readonly #told = new Set<string>();
  /** The innermost of those that are not yet whole. */
  #making: MappedResource | undefined;
  /** Where what is asked and tried is written down, for `cairn explain`; only sets compiled for a trace do so. */
  attempts: Attempt[] | undefined;
  /** Where what is asked of the mapping set is written down, for `cairn diff`. */
  asked: Asked | undefined;
  /** How many characters of narrative were told so far. */
  told = 0;
  /** How many are not yet whole. */
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
      'The texts that references lead to are many times as long as the document; this one is left to its section.',
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

  /** Each once: a value may be read for one alternative and again for the next. */
  warn(code: IssueCode, text: string, node: Node): void {
    const warning = `${node} ${code} ${text}`;
    if (this.#told.has(warning)) return;
    this.#told.add(warning);
    if (REFUSALS.has(code)) this.refused.set(node, code);
    this.issues.push({ severity: issueKinds[code].severity, code, text, ...positionOf(this.tree, node) });
  }

  /** An issue of the mapping set, with the other places that it is about; each once. */
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

  /** For the trace: the value being made is the one of that index. */
  at(index: number, array: boolean): void {
    if (this.traced && array) this.journal.path[this.journal.path.length - 1] = `[${index}]`;
  }

  /** The resource that the mapping makes of the node, or undefined where something required is missing. */
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
      key: keyOf(this, mapping, node),
      referring: NOTHING,
      address: '',
      // Asked for only where two have one key and are not the same.
      apart: () => apartOf(this, mapping, node),
      likeness: once(() => likenessOf(this, mapping, node)),
      rank: () => rankOf(this, mapping, node),
      matched: false,
    };
    this.#known.set(place, made);
    this.#making = made;
    // Before it is whole: what stands inside may be made before, and refer to it.
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

  /** What is read meanwhile counts for that resource: that a condition held is why it was made. */
  inJournalOf(made: MappedResource, read: () => void): void {
    const outer = this.journal;
    this.journal = made.journal;
    read();
    this.journal = outer;
  }

  /** A resource that the document asks for, as opposed to one that only another resource points at. */
  makeStatement(mapping: CompiledMapping, node: Node): MappedResource | undefined {
    return this.makeAt(mapping, node, true);
  }

  /** What was made since may refer to what can't be: it is made anew where it is asked for again. */
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

  /** The resource of a mapping that matches a path; of the first node where there are several. */
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
   * Every resource of a statement at or below the node, in document order; those that the walk has yet to come to are made
   * now, so that a statement can refer to what stands inside it.
   */
  madeWithin(node: Node): MappedResource[] {
    return this.#madeFrom(node, this.tree.last[node]!);
  }

  /** The resources of a statement itself. */
  madeAt(node: Node): MappedResource[] {
    return this.#madeFrom(node, node);
  }

  #madeFrom(first: Node, last: Node): MappedResource[] {
    if (this.#depth < MOST_AHEAD) walkStatements(this, first, last);
    return this.#statements.between(first, last).filter((made) => made !== this.#making);
  }

  /**
   * Whether a rule says that the statement is no resource; the rule's reason then holds for every fact in it that is not read
   * all the same. `unmatched` asks for the rules of statements that no mapping matches.
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
   * A rule that names an element means every fact in it. A fact that it names itself is dropped for its reason; those of an
   * element may have a better one (see provenance/accounting/accounting.ts).
   */
  ignore(node: Node, reason: string, rule: string): void {
    const { tree, journal } = this;
    for (let fact = node; fact <= tree.last[node]!; fact++) {
      if (fact === node && !isElement(tree, node)) journal.dropped(fact, reason, rule);
      else journal.ignored(fact, reason, rule);
    }
  }
}

import type { FhirResource } from 'fhir/r4.js';
import type { TimeZoneRule } from '../cda/reading.js';
import { countBesideNull } from '../cda/types/interval.js';
import type { Issue } from '../xml/issue.js';
import { forgetByNode } from '../xml/by-node.js';
import { Journal } from '../xml/journal.js';
import { SettledLines } from '../xml/settled-lines.js';
import { NONE, type Node, type Tree } from '../xml/tree.js';
import type { Value } from '../xpath/context.js';
import { tellDisagreement } from './agreement.js';
import type { AskedOfSet } from './asked.js';
import { dropRuleOf } from './drop-rule.js';
import { Groups } from './group.js';
import type { MappedResource } from './mapped-resource.js';
import type { Mapping } from './mapping.js';
import type { MappingSet } from './mapping-set.js';
import { ResourceOfRun } from './resource-of-run.js';
import { Run } from './run.js';
import { Statements } from './statements.js';
import { walkStatements, type WalkedRun } from './walk.js';

/**
 * A resource that another one refers to is made before the walk reaches it. After a hundred such steps the chain is
 * broken, so that the stack does not overflow. The rest is made when the walk comes to it.
 */
const MOST_AHEAD = 100;

/** Marks what could not be made, so that it is not tried again. */
const IMPOSSIBLE = Symbol('impossible');

/**
 * Makes the resources of one document, each once, however often it is asked for. Example: a result is asked for by its
 * report, and the walk finds it too.
 */
export class ResourceMaker extends Run implements WalkedRun {
  /** All resources, in the order in which they were begun. */
  readonly made: MappedResource[] = [];
  /** The journal of what is left out by statements that are no resources. */
  readonly leftOut = new Journal(false);
  /** 1 for each statement whose outcome is known. An inner statement may be asked for before the walk comes to it. */
  readonly settled: Uint8Array;
  /** Where what is asked of the mapping set is written down, for `cairn diff`. */
  asked: AskedOfSet | undefined;

  /** The node for each mapping of the header; NONE if the document has none for it. */
  readonly #headerNodes = new Map<Mapping, Node>();
  /** What was made, by mapping and node. */
  readonly #known = new Map<number, MappedResource | typeof IMPOSSIBLE>();
  readonly #groups = new Groups();
  /** By statement that was asked: whether a rule drops it. */
  readonly #dropped = new Map<Node, boolean>();
  /** The innermost resource that is not yet complete. */
  #making: MappedResource | undefined;
  /** How many resources are not yet complete. */
  #depth = 0;
  readonly #statements = new Statements();
  readonly #settledLines = new SettledLines();

  constructor(
    tree: Tree,
    readonly mappings: MappingSet,
    timeZone: TimeZoneRule,
    issues: Issue[],
    traced: boolean,
    variables: ReadonlyMap<string, Value>,
    files: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    super(tree, timeZone, mappings.placeholders, issues, traced, variables, files);
    this.settled = new Uint8Array(tree.count);
    if (mappings.valuesBesideNull) countBesideNull(tree);
  }

  make(mapping: Mapping, node: Node): MappedResource | undefined {
    return this.makeAt(mapping, node, false);
  }

  private makeAt(mapping: Mapping, asked: Node, asStatement: boolean): MappedResource | undefined {
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
    const made = new ResourceOfRun(this, mapping, node, group, resource as FhirResource);
    this.#known.set(place, made);
    this.#making = made;
    // Entered before it is complete: what stands inside may be made first and refer to it.
    if (asStatement) this.#statements.enter(asked, made);
    const index = this.made.push(made) - 1;
    const compiled = this.mappings.compiled[mapping.index]!;
    const whole = compiled.build(this, node, made);
    if (whole) {
      compiled.account(this, node);
      compiled.tellIssues?.(this, node);
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
    made.journal.settle(this.#settledLines);
    for (const other of mapping.also) this.makeStatement(other, node);
    return made;
  }

  /** Forgets what is asked for only while resources are made, once all are. */
  finish(): void {
    this.#known.clear();
    this.#dropped.clear();
    forgetByNode(this.tree);
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
    made.journal.settle(this.#settledLines);
  }

  /** Makes a resource that the document itself asks for, not only another resource. */
  makeStatement(mapping: Mapping, node: Node): MappedResource | undefined {
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

  #placeOf({ index }: Mapping, node: Node): number {
    return index * this.tree.count + node;
  }

  makeFromHeader(mapping: Mapping): MappedResource | undefined {
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

  madeWithin(node: Node): MappedResource[] {
    return this.#madeFrom(node, this.tree.last[node]!);
  }

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
    const rule = dropRuleOf(this, this.mappings.drops, node, unmatched);
    this.#dropped.set(node, rule !== undefined);
    if (rule === undefined) return false;
    for (let fact = node; fact <= this.tree.last[node]!; fact++) this.leftOut.dropped(fact, rule.reason, rule.rule);
    rule.tellIssues?.(this, node);
    return true;
  }
}

import type { FhirResource } from 'fhir/r4.js';
import type { Reading, TimeZoneRule } from '../cda/reading.js';
import { indexIds } from '../cda/narrative.js';
import type { Issue, IssueCode } from '../xml/issue.js';
import { Journal } from '../xml/journal.js';
import { positionOf } from '../xml/position.js';
import { NONE, type Node, type Tree } from '../xml/tree.js';
import type { Value } from '../xpath/context.js';
import type { CompiledMapping } from './compiled-mapping.js';
import { membersWith } from './group.js';
import { apartOf, keyOf } from './identity-key.js';
import type { MappedResource } from './mapped-resource.js';
import type { MappingSet } from './mapping-set.js';
import { walkStatements } from './walk.js';

const NOTHING: readonly never[] = [];

/** What could not be made, so that it is not tried again. */
const IMPOSSIBLE = Symbol('impossible');

/**
 * One document being mapped: the state that closures share. It makes each resource once, however often it is asked for
 * (a result belongs to its report, and is found by the walk too).
 */
export class Run implements Reading {
  journal: Journal;
  variables: ReadonlyMap<string, Value>;
  /** The statements that are the resource at hand together: what group() answers. */
  group: readonly Node[] = [];
  /** The resources of the authorship at hand. */
  targets: readonly MappedResource[] = [];
  /** All that was made, in the order in which it was begun; undefined where something required was missing. */
  readonly made: (MappedResource | undefined)[] = [];
  /** How many References were made so far: whether an element has one in it is seen by the count. */
  references = 0;
  /** What the patient is known by: it is in the key of every id. */
  patientKey = '';
  /** What the document is known by. */
  documentKey = '';
  /** The last node that the walk over the statements has come to. */
  walked = 0;

  /** Elements by their ID; made when the first reference into the narrative is met. */
  #ids: ReadonlyMap<string, Node> | undefined;
  /** Where the mappings of the header apply; NONE where the document has nothing for one. */
  readonly #headerNodes = new Map<CompiledMapping, Node>();
  /** By mapping and node. */
  readonly #known = new Map<number, MappedResource | typeof IMPOSSIBLE>();
  /** For each mapping of several statements and each place that it looks in: the members of each group. */
  readonly #groups = new Map<number, ReadonlyMap<Node, readonly Node[]>>();
  /** Members of groups that are among the statements. */
  readonly #members = new Set<Node>();
  /** The warnings so far. */
  readonly #told = new Set<string>();
  /** In document order; what is inside of another statement may be made before it. */
  readonly #statements: { node: Node; made: MappedResource }[] = [];

  constructor(
    readonly tree: Tree,
    readonly mappings: MappingSet,
    readonly timeZone: TimeZoneRule,
    readonly issues: Issue[],
    readonly traced: boolean,
    variables: ReadonlyMap<string, Value>,
  ) {
    this.journal = new Journal(traced);
    this.variables = variables;
  }

  narrativeElement(id: string): Node {
    this.#ids ??= indexIds(this.tree);
    return this.#ids.get(id) ?? NONE;
  }

  /** Each once: a value may be read for one alternative and again for the next. */
  warn(code: IssueCode, text: string, node: Node): void {
    const warning = `${node} ${code} ${text}`;
    if (this.#told.has(warning)) return;
    this.#told.add(warning);
    this.issues.push({ severity: 'warning', code, text, ...positionOf(this.tree, node) });
  }

  /** For the trace: the value being made is the one of that index. */
  at(index: number, array: boolean): void {
    if (this.traced && array) this.journal.path[this.journal.path.length - 1] = `[${index}]`;
  }

  /** The resource that the mapping makes of the node, or undefined where something required is missing. */
  make(mapping: CompiledMapping, node: Node): MappedResource | undefined {
    const group = this.membersOf(mapping, node);
    return this.makeAt(mapping, group[0] ?? node, group);
  }

  private makeAt(mapping: CompiledMapping, node: Node, group: readonly Node[]): MappedResource | undefined {
    const place = mapping.index * this.tree.count + node;
    const known = this.#known.get(place);
    if (known !== undefined) return known === IMPOSSIBLE ? undefined : known;
    const outerGroup = this.group;
    this.group = group;
    const resource: { resourceType: string } = { resourceType: mapping.resourceType };
    const outer = this.journal;
    this.journal = new Journal(this.traced);
    const made: MappedResource = {
      mapping,
      node,
      nodes: group.length === 0 ? [node] : group,
      resource: resource as FhirResource,
      journal: this.journal,
      key: keyOf(this, mapping, node),
      referring: NOTHING,
      address: '',
      // Asked for only where two have one key and are not the same.
      apart: () => apartOf(this, mapping, node),
      matched: false,
    };
    this.#known.set(place, made);
    const index = this.made.push(made) - 1;
    const whole = mapping.build(this, node, made);
    if (whole) mapping.account(this, node);
    this.journal = outer;
    this.group = outerGroup;
    if (!whole) {
      this.#known.set(place, IMPOSSIBLE);
      this.made[index] = undefined;
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
    const made = this.make(mapping, node);
    if (made !== undefined && (!made.matched || (mapping.group !== undefined && !this.#members.has(node)))) {
      made.matched = true;
      if (mapping.group !== undefined) this.#members.add(node);
      this.#statements.splice(this.#statementsBefore(node + 1), 0, { node, made });
    }
    return made;
  }

  /** The statements that are one resource with this one, the main one first; none where the mapping is of single ones. */
  private membersOf({ index, group }: CompiledMapping, node: Node): readonly Node[] {
    if (group === undefined) return [];
    // Which statements may belong together is seen in what they become, not in the values compared.
    const { checkpoint } = this.journal;
    const within = group.within.first(this, node);
    const place = index * this.tree.count + within;
    let members = within === NONE ? undefined : this.#groups.get(place);
    if (members === undefined && within !== NONE) {
      members = membersWith(this, group, group.of.nodes(this, within));
      this.#groups.set(place, members);
    }
    this.journal.rollback(checkpoint);
    return members?.get(node) ?? [node];
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
    const last = this.tree.last[node]!;
    if (last > this.walked) walkStatements(this, Math.max(node, this.walked + 1), last);
    return this.#statements
      .slice(this.#statementsBefore(node), this.#statementsBefore(last + 1))
      .map(({ made }) => made);
  }

  /** How many statements stand before a node, found by halving: a large section asks for each of its entries. */
  #statementsBefore(node: Node): number {
    let low = 0;
    let high = this.#statements.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#statements[middle]!.node < node) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A rule that names an element means every fact in it. */
  drop(node: Node, reason: string, rule: string): void {
    for (let fact = node; fact <= this.tree.last[node]!; fact++) this.journal.dropped(fact, reason, rule);
  }
}

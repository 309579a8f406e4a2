import type { Selector } from '../xpath/compile.js';
import { NONE, type Node } from '../xml/tree.js';
import type { GroupRule, Mapping, Together } from './mapping.js';
import type { Run } from './run.js';

/**
 * Groups the statements that together are one resource, such as the systolic and the diastolic pressure of one reading.
 * Each rule of `by` looks at the statements that the rules before it left alone; a statement that has nothing for a
 * rule is left out of it. A statement joins the oldest group that is equal by the rule and has no member that it must
 * stay apart from. So readings that follow each other are paired in their order.
 */
export function groupsOf(
  run: Run,
  nodes: readonly Node[],
  by: readonly Together[],
  apart: Selector | undefined,
): (readonly Node[])[] {
  const kindOf = new Map(nodes.map((node) => [node, textOf(run, apart, node) ?? String(node)]));
  const whole: Node[][] = [];
  let alone: readonly Node[] = nodes;
  for (const rule of by) {
    const groups: Node[][] = [];
    const alike = new Map<string, { readonly groups: Node[][]; readonly ofKind: Map<string, number> }>();
    const unasked: Node[] = [];
    for (const node of alone) {
      const key = keyOf(run, rule, node);
      if (key === undefined) {
        unasked.push(node);
        continue;
      }
      const like = alike.get(key) ?? { groups: [], ofKind: new Map<string, number>() };
      alike.set(key, like);
      // Statements of one kind fill the groups from the oldest on. So the number of this kind so far is the index of
      // the first group without one.
      const kind = kindOf.get(node)!;
      const before = like.ofKind.get(kind) ?? 0;
      like.ofKind.set(kind, before + 1);
      const open = like.groups[before];
      if (open === undefined) {
        const group = [node];
        like.groups.push(group);
        groups.push(group);
      } else open.push(node);
    }
    for (const group of groups) if (group.length > 1) whole.push(group);
    alone = [...unasked, ...groups.flatMap((group) => (group.length > 1 ? [] : group))].sort((a, b) => a - b);
  }
  return [...whole, ...alone.map((node) => [node])];
}

const NOTHING: readonly Node[] = [];

/** The groups that were asked for in a document so far. */
export class Groups {
  /** For each rule and each element `within`: the members of each group. */
  readonly #known = new Map<GroupRule, Map<Node, ReadonlyMap<Node, readonly Node[]>>>();

  /** The statements that together are this resource, the main one first. None if the mapping has no `group`. */
  membersOf(run: Run, { group }: Mapping, node: Node): readonly Node[] {
    if (group === undefined) return NOTHING;
    // The search for `within` leaves no marks: which statements belong together shows in the result.
    const within = run.journal.silently(() => group.within.first(run, node));
    if (within === NONE) return [node];
    let places = this.#known.get(group);
    if (places === undefined) this.#known.set(group, (places = new Map<Node, ReadonlyMap<Node, readonly Node[]>>()));
    let members = places.get(within);
    if (members === undefined) {
      members = run.journal.silently(() => membersWith(run, group, group.of.nodes(run, within)));
      places.set(within, members);
    }
    return members.get(node) ?? [node];
  }
}

/** The members of each node's group, the main one first. */
function membersWith(run: Run, rule: GroupRule, nodes: readonly Node[]): ReadonlyMap<Node, readonly Node[]> {
  const members = new Map<Node, readonly Node[]>();
  for (const group of groupsOf(run, nodes, rule.by, rule.apart)) {
    const main = group.find((node) => run.journal.silently(() => rule.main?.boolean(run, node) ?? true)) ?? group[0]!;
    const ordered = [main, ...group.filter((node) => node !== main)];
    for (const node of ordered) members.set(node, ordered);
  }
  return members;
}

/** What a node must have in common with its group; undefined if it has nothing for the rule. */
function keyOf(run: Run, rule: Together, node: Node): string | undefined {
  const text = textOf(run, rule.text, node) ?? '';
  if (rule.in === undefined) return text === '' ? undefined : text;
  const { in: place } = rule;
  const element = run.journal.silently(() => place.first(run, node));
  return element === NONE ? undefined : `${element} ${text}`;
}

function textOf(run: Run, selector: Selector | undefined, node: Node): string | undefined {
  return selector === undefined ? undefined : run.journal.silently(() => selector.string(run, node));
}

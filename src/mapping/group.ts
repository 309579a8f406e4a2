import type { Selector } from '../xpath/compile.js';
import type { Node } from '../xml/tree.js';
import type { Run } from './run.js';

/** What makes statements one resource; see `group` in docs/mapping-language.md. */
export interface GroupRule {
  /** The element that the members stand in. */
  readonly within: Selector;
  /** The statements that may be members, from that element. */
  readonly of: Selector;
  /** Texts by which they belong together, the strictest first. */
  readonly by: readonly Selector[];
  /** Two with equal text of this never share a group. */
  readonly apart: Selector | undefined;
  /** The member that the mapping stands on. */
  readonly main: Selector | undefined;
}

/**
 * Statements that together are one resource: the systolic and the diastolic pressure of a reading. Each rule of `by` pairs
 * what the rules before it left alone; a node without text of a rule is not asked by it. A node joins the oldest group that
 * has its text and nothing that it has to stay apart from, so readings that follow each other pair up in order.
 */
export function groupsOf(
  run: Run,
  nodes: readonly Node[],
  by: readonly Selector[],
  apart: Selector | undefined,
): (readonly Node[])[] {
  const kindOf = new Map(nodes.map((node) => [node, textOf(run, apart, node) ?? String(node)]));
  const whole: Node[][] = [];
  let alone: readonly Node[] = nodes;
  for (const rule of by) {
    const groups: { text: string; members: Node[] }[] = [];
    const byText = new Map<string, { text: string; members: Node[] }[]>();
    const unasked: Node[] = [];
    for (const node of alone) {
      const text = textOf(run, rule, node);
      if (text === undefined || text === '') {
        unasked.push(node);
        continue;
      }
      const sameText = byText.get(text) ?? [];
      byText.set(text, sameText);
      const kind = kindOf.get(node)!;
      const open = sameText.find(({ members }) => members.every((member) => kindOf.get(member) !== kind));
      if (open === undefined) {
        const group = { text, members: [node] };
        sameText.push(group);
        groups.push(group);
      } else open.members.push(node);
    }
    whole.push(...groups.flatMap(({ members }) => (members.length > 1 ? [members] : [])));
    alone = [...unasked, ...groups.flatMap(({ members }) => (members.length > 1 ? [] : members))].sort((a, b) => a - b);
  }
  return [...whole, ...alone.map((node) => [node])];
}

/** The members that a node shares its resource with, the main one first. */
export function membersWith(run: Run, rule: GroupRule, nodes: readonly Node[]): ReadonlyMap<Node, readonly Node[]> {
  const members = new Map<Node, readonly Node[]>();
  for (const group of groupsOf(run, nodes, rule.by, rule.apart)) {
    const main = group.find((node) => unmarked(run, () => rule.main?.boolean(run, node) ?? true)) ?? group[0]!;
    const ordered = [main, ...group.filter((node) => node !== main)];
    for (const node of ordered) members.set(node, ordered);
  }
  return members;
}

function textOf(run: Run, selector: Selector | undefined, node: Node): string | undefined {
  return selector === undefined ? undefined : unmarked(run, () => selector.string(run, node));
}

/** Which statements belong together is seen in the result, not in one of the values compared. */
function unmarked<T>({ journal }: Run, read: () => T): T {
  const { checkpoint } = journal;
  const result = read();
  journal.rollback(checkpoint);
  return result;
}

/**
 * Nodes that are collected first and marked afterwards: the nodes of a path that finds them out of order, and of a
 * union. They are found without marks, brought to the sink in document order, and those that it took are walked to
 * again, so that these walks alone leave their marks (see sink.ts).
 */
import { NONE, type Node } from '../xml/tree.js';
import { allOf, inOrder, unmarked, type Evaluate, type NodesExpression } from './expression.js';
import { needsOfAny } from './needs.js';
import { Targets, visitAll } from './sink.js';

/**
 * The candidates were found without marks. The walk to those that led somewhere is repeated, so that it leaves its
 * marks.
 */
export function markAgain(
  expression: NodesExpression,
  taken: ReadonlySet<Node>,
  ...[context, node, position, size]: Parameters<Evaluate<void>>
): void {
  if (taken.size > 0) expression.walk(context, node, new Targets(taken), position, size);
}

/** The nodes of an expression that finds them out of order, or some of them twice. */
export function inDocumentOrder(jumbled: NodesExpression): NodesExpression {
  const all = unmarked(jumbled.marks, allOf(jumbled));
  return {
    type: 'nodes',
    needs: jumbled.needs,
    marks: jumbled.marks,
    walk(context, node, sink, position, size) {
      const reached = all(context, node, position, size);
      if (reached.length === 0) return NONE;
      if (!jumbled.marks) return visitAll(context, inOrder(reached), sink);
      if (context.journal.silent) {
        context.journal.unwritten++;
        return visitAll(context, inOrder(reached), sink);
      }
      // A single node is in order.
      if (reached.length === 1) return jumbled.walk(context, node, sink, position, size);
      const taken = new Set<Node>();
      const found = visitAll(context, inOrder(reached), sink, taken);
      // A node that is reached in two ways depends on neither, so it leaves no marks.
      for (const twice of repeated(reached)) taken.delete(twice);
      markAgain(jumbled, taken, context, node, position, size);
      return found;
    },
  };
}

function repeated(nodes: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  return nodes.filter((node) => seen.has(node) || !seen.add(node));
}

/** The nodes of both expressions, each once, in document order. */
export function unionOf(one: NodesExpression, other: NodesExpression): NodesExpression {
  const sides = [one, other];
  const needs = needsOfAny(sides.map((side) => side.needs));
  const [left, right] = sides.map(({ direct }) => direct);
  if (left !== undefined && right !== undefined) {
    const direct: Evaluate<readonly Node[]> = (context, node, position, size) => {
      const [first, second] = [left(context, node, position, size), right(context, node, position, size)];
      // Usually the two are alternatives, and only one is there.
      if (first.length === 0) return second;
      return second.length === 0 ? first : inOrder([...first, ...second]);
    };
    const walk: NodesExpression['walk'] = (context, node, sink, position, size) =>
      visitAll(context, direct(context, node, position, size), sink);
    return { type: 'nodes', marks: false, needs, direct, walk };
  }
  return inDocumentOrder({
    type: 'nodes',
    needs,
    marks: sides.some((side) => side.marks),
    walk(context, node, sink, position, size) {
      for (const side of sides) {
        const found = side.walk(context, node, sink, position, size);
        if (found !== NONE) return found;
      }
      return NONE;
    },
  });
}

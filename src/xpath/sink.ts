/**
 * A sink receives the nodes that a path selects. A walk goes depth first: it follows one candidate to the end of the
 * path before it tries the next. So the marks of a candidate that leads nowhere can be rolled back by themselves.
 * ARCHITECTURE.md shows this by an example (Marks).
 */
import { NONE, type Node, type Tree } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import { hasOneOf, hasText, stringOfNode } from './text.js';
import { parseNumber } from './number.js';

export interface Sink {
  /** How many nodes were taken so far. A walk compares this to know whether a candidate led to a node. */
  readonly accepted: number;
  /** Takes a node or not. Answers NONE to go on, or the node to end the walk, which then keeps its marks. */
  visit(context: SelectorContext, node: Node): Node;
}

/** Brings the nodes that a path selects to a sink. Answers what the sink's last visit answered. */
export type Walk = (context: SelectorContext, node: Node, sink: Sink) => Node;

/** Ends at the first node. It has no state, so all walks can share it. */
export const FIRST: Sink = { accepted: 0, visit: (_context, node) => node };

/** Takes every node. */
export class Collector implements Sink {
  accepted = 0;
  nodes: readonly Node[] = NO_NODES;
  #found: Node[] | undefined;

  visit(_context: SelectorContext, node: Node): Node {
    this.accepted++;
    if (this.#found === undefined) this.nodes = this.#found = [node];
    else this.#found.push(node);
    return NONE;
  }
}

/** Shared, because most selectors find nothing most of the time. */
const NO_NODES: readonly Node[] = [];

/** Takes nodes that are already known to be selected. So a second walk leaves only the marks of these nodes. */
export class Targets implements Sink {
  accepted = 0;

  constructor(private readonly nodes: ReadonlySet<Node>) {}

  visit(_context: SelectorContext, node: Node): Node {
    if (!this.nodes.has(node)) return NONE;
    this.accepted++;
    return this.accepted === this.nodes.size ? node : NONE;
  }
}

/** Takes the nodes that have the wanted text or number. Ends at the second one, because then neither decides alone. */
export class TextMatch implements Sink {
  accepted = 0;
  node: Node = NONE;

  constructor(private readonly wanted: string | number | readonly string[]) {}

  visit(context: SelectorContext, node: Node): Node {
    const { tree } = context;
    if (!isWanted(tree, node, this.wanted)) return NONE;
    this.accepted++;
    if (this.accepted > 1) return node;
    this.node = node;
    return NONE;
  }
}

function isWanted(tree: Tree, node: Node, wanted: string | number | readonly string[]): boolean {
  if (typeof wanted === 'string') return hasText(tree, node, wanted);
  return typeof wanted === 'number' ? parseNumber(stringOfNode(tree, node)) === wanted : hasOneOf(tree, node, wanted);
}

/**
 * Brings nodes that were already found to a sink. If `taken` is given, the nodes that the sink took are added to it.
 */
export function visitAll(context: SelectorContext, nodes: readonly Node[], sink: Sink, taken?: Set<Node>): Node {
  for (const node of nodes) {
    const before = sink.accepted;
    const found = sink.visit(context, node);
    if (found !== NONE || sink.accepted !== before) taken?.add(node);
    if (found !== NONE) return found;
  }
  return NONE;
}

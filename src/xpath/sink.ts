/**
 * Where a walk brings the nodes that a path selects. A walk goes depth first: it follows one candidate to the end of the
 * path before it tries the next, so that the marks of candidates that lead nowhere can be rolled back one by one.
 */
import { NONE, type Node, type Tree } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import { hasOneOf, hasText, stringOfNode } from './text.js';
import { parseNumber } from './number.js';

export interface Sink {
  /** How many nodes were taken so far; a walk compares it to know whether a candidate led anywhere. */
  readonly accepted: number;
  /** Takes a node or leaves it. Answers the node to end the walk, which then keeps its marks; NONE to go on. */
  visit(context: SelectorContext, node: Node): Node;
}

/** Brings what a path selects from a node to a sink; answers what the sink's last visit did. */
export type Walk = (context: SelectorContext, node: Node, sink: Sink) => Node;

/** Ends at the first node. It keeps nothing, so one is enough, also for a selector inside another. */
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

/** Most selectors find nothing most of the time. */
const NO_NODES: readonly Node[] = [];

/** Takes nodes that are known to be selected: walking to them again leaves their marks and no others. */
export class Targets implements Sink {
  accepted = 0;

  constructor(private readonly nodes: ReadonlySet<Node>) {}

  visit(_context: SelectorContext, node: Node): Node {
    if (!this.nodes.has(node)) return NONE;
    this.accepted++;
    return this.accepted === this.nodes.size ? node : NONE;
  }
}

/** Takes the nodes whose text, or number, is the one wanted; ends at the second, since then neither decides alone. */
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

/** Brings nodes that are there already to a sink; writes down which it took, where that is asked for. */
export function visitAll(context: SelectorContext, nodes: readonly Node[], sink: Sink, taken?: Set<Node>): Node {
  for (const node of nodes) {
    const before = sink.accepted;
    const found = sink.visit(context, node);
    if (found !== NONE || sink.accepted !== before) taken?.add(node);
    if (found !== NONE) return found;
  }
  return NONE;
}

/**
 * Names for nodes: `"let": { "concern": "../../self::act[parent::entry]" }`. Selectors of the same file can start from
 * such a name: `$concern/statusCode`. The nodes are found from the element of the mapping (or from the element that a
 * fragment is used for). They are found once, when a selector first asks for them. This is also true inside `$each`,
 * where selectors start from other nodes.
 */
import type { Node } from '../xml/tree.js';
import { NONE } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { SelectorContext } from '../xpath/context.js';
import { allOf, unmarked, type Evaluate, type Expression, type NodesExpression } from '../xpath/expression.js';
import { visitAll } from '../xpath/sink.js';
import { MapWhenAsked } from './map-when-asked.js';
import type { Frame, Run } from './run.js';

type Framed = SelectorContext & Pick<Run, 'frames' | 'group'>;

/** The names that one file gives. */
export class Bindings {
  readonly expressions = new MapWhenAsked<NodesExpression>();
  /** The CDA types of the nodes that each name stands for. */
  readonly types = new MapWhenAsked<ReadonlySet<string> | undefined>();
  /**
   * Selectors that use one of the names, and parts of such selectors. They are kept here because their meaning holds
   * only in this file.
   */
  readonly selectors = new Map<string, Selector>();
  readonly parts = new Map<string, Expression>();
  readonly used = new Set<string>();

  /** Adds a name that is compiled when a selector first uses it. */
  later(name: string, compile: () => void): void {
    for (const map of [this.expressions, this.types]) map.later(name, compile);
  }

  /** Whether a selector uses one of the names. */
  areIn(text: string): boolean {
    let found = false;
    for (const [, name] of text.matchAll(/\$([\w-]+)/g)) {
      if (!this.expressions.has(name!)) continue;
      this.used.add(name!);
      found = true;
    }
    return found;
  }

  /** From now on the names stand for nodes found from this node. Answers the earlier frame, which `leave` needs. */
  enter(run: Framed, node: Node): Frame | undefined {
    const outer = run.frames.get(this);
    if (outer?.node !== node || outer.group !== run.group)
      run.frames.set(this, { node, group: run.group, values: undefined });
    return outer;
  }

  leave(run: Framed, outer: Frame | undefined): void {
    if (outer !== undefined) run.frames.set(this, outer);
  }

  define(name: string, expression: NodesExpression, types: ReadonlySet<string> | undefined): void {
    const all = unmarked(expression.marks, allOf(expression));
    const frameOf = (context: SelectorContext, node: Node): Frame => {
      const frame = (context as Framed).frames.get(this);
      // The selector stands alone, so nobody has called `enter`.
      return frame ?? { node, group: [], values: undefined };
    };
    const nodesIn: Evaluate<readonly Node[]> = (context, node) => {
      const frame = frameOf(context, node);
      const values = (frame.values ??= new Map<string, readonly Node[]>());
      let nodes = values.get(name);
      if (nodes === undefined) values.set(name, (nodes = all(context, frame.node, 1, 1)));
      return nodes;
    };
    this.types.set(name, types);
    this.expressions.set(name, {
      type: 'nodes',
      marks: expression.marks,
      known: nodesIn,
      ...(expression.marks ? {} : { direct: nodesIn }),
      walk: (context, node, sink, position, size) => {
        const nodes = nodesIn(context, node, position, size);
        if (nodes.length === 0) return NONE;
        if (!expression.marks) return visitAll(context, nodes, sink);
        // The marks of finding these nodes are written for whoever uses them.
        return expression.walk(context, frameOf(context, node).node, sink, 1, 1);
      },
    });
  }
}

/**
 * A selector outside of a mapping's elements: each time it is asked, the names stand for nodes found from its own start
 * node.
 */
export function entering(selector: Selector, bindings: Bindings | undefined): Selector {
  if (!bindings?.areIn(selector.text)) return selector;
  const at = <T>(context: SelectorContext, node: Node, ask: () => T): T => {
    const outer = bindings.enter(context as Framed, node);
    const answer = ask();
    bindings.leave(context as Framed, outer);
    return answer;
  };
  return {
    text: selector.text,
    type: selector.type,
    syntax: selector.syntax,
    needs: selector.needs,
    nodes: (context, node) => at(context, node, () => selector.nodes(context, node)),
    first: (context, node) => at(context, node, () => selector.first(context, node)),
    string: (context, node) => at(context, node, () => selector.string(context, node)),
    number: (context, node) => at(context, node, () => selector.number(context, node)),
    boolean: (context, node) => at(context, node, () => selector.boolean(context, node)),
    sources: (context, node) => at(context, node, () => selector.sources(context, node)),
  };
}

/** Does some work at a node, with the names of the file standing for nodes found from there. */
export function withNames<Rest extends unknown[], T>(
  bindings: Bindings | undefined,
  act: (run: Run, node: Node, ...rest: Rest) => T,
): (run: Run, node: Node, ...rest: Rest) => T {
  if (bindings === undefined) return act;
  return (run, node, ...rest) => {
    const outer = bindings.enter(run, node);
    const result = act(run, node, ...rest);
    bindings.leave(run, outer);
    return result;
  };
}

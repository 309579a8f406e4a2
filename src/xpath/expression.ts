/**
 * The compiled parts of a selector: closures, by the type of their result (XPath 1.0, 1). They know nothing of the
 * syntax.
 */
import { NONE, type Node } from '../xml/tree.js';
import { firstAlong, type Chain } from './chain.js';
import type { SelectorContext } from './context.js';
import { formatNumber, parseNumber } from './number.js';
import { lacks, type Needs } from './needs.js';
import type { OwnNames } from './own-name.js';
import { Collector, FIRST, type Sink } from './sink.js';
import { factsOf, stringOfNode } from './text.js';

/**
 * Evaluates a part. Position and size are those of the context (`position()`, `last()`); the size is 0 if nobody asks
 * for it.
 */
export type Evaluate<T> = (context: SelectorContext, node: Node, position: number, size: number) => T;

interface Common {
  /** Whether evaluating may write marks. A part that evaluates to false leaves none. */
  readonly marks: boolean;
  readonly needs?: Needs;
  readonly ownNames?: OwnNames;
  /** For a named condition or named nodes: whether the answer depends on more than the document and the node. */
  readonly varies?: boolean;
}

export interface NodesExpression extends Common {
  readonly type: 'nodes';
  /**
   * Brings the nodes to a sink, in document order and each once. Only the marks of the nodes that the sink took stay.
   */
  readonly walk: (context: SelectorContext, node: Node, sink: Sink, position: number, size: number) => Node;
  /** Set if the path is nothing but names: children from the context node, perhaps with an attribute at the end. */
  readonly chain?: Chain;
  /** Set for a name that stands for nodes: gives them all, without marks. */
  readonly known?: Evaluate<readonly Node[]>;
  /**
   * Set if the nodes can be found without marks (chains and unions of chains): gives them all, in document order, each
   * once.
   */
  readonly direct?: Evaluate<readonly Node[]>;
  /**
   * Set for a path that goes up and down again, where the answer is kept: says whether there are any nodes, without
   * marks.
   */
  readonly exists?: Evaluate<boolean>;
}

interface Scalar<Type extends string, T> extends Common {
  readonly type: Type;
  readonly evaluate: Evaluate<T>;
  /** The facts that the value is made of, in document order. It writes no marks. */
  readonly sources: Evaluate<readonly Node[]>;
  /** The value, if it is written in the selector. */
  readonly constant?: T;
}

export type StringExpression = Scalar<'string', string>;
export type NumberExpression = Scalar<'number', number>;
export interface BooleanExpression extends Scalar<'boolean', boolean> {
  /** Set if the expression is only `@code='1'`, or several of these for one attribute, joined by `or`. */
  readonly equals?: AttributeEquality;
}

/** An attribute of the context node, by the number of its name, and the texts of which it must have one. */
export interface AttributeEquality {
  readonly attribute: number;
  readonly texts: readonly string[];
}

export type Expression = NodesExpression | StringExpression | NumberExpression | BooleanExpression;

const NOTHING: readonly Node[] = [];

export const noSources = (): readonly Node[] => [];

/** Evaluates without marks: for what looks at values without any of them having to be so. */
export function unmarked<T>(marks: boolean, evaluate: Evaluate<T>): Evaluate<T> {
  if (!marks) return evaluate;
  return (context, node, position, size) => {
    const { journal } = context;
    const { silent: outer, unwritten } = journal;
    journal.silent = true;
    const value = evaluate(context, node, position, size);
    journal.silent = outer;
    journal.unwritten = unwritten;
    return value;
  };
}

/** Compiles to all nodes. */
export function allOf({ walk, direct, needs }: NodesExpression): Evaluate<readonly Node[]> {
  if (direct !== undefined) return direct;
  return (context, node, position, size) => {
    if (lacks(context.tree, node, needs)) return NOTHING;
    const collector = new Collector();
    walk(context, node, collector, position, size);
    return collector.nodes;
  };
}

/** Compiles to the first node or NONE. Only the marks of that node stay. */
export function firstOf({ walk, chain, direct }: NodesExpression): Evaluate<Node> {
  if (chain !== undefined) return firstAlong(chain);
  if (direct !== undefined) return (context, node, position, size) => direct(context, node, position, size)[0] ?? NONE;
  return (context, node, position, size) => walk(context, node, FIRST, position, size);
}

/** The nodes in document order, each once. Usually they already are, and then it is the same list. */
export function inOrder(nodes: readonly Node[]): readonly Node[] {
  for (let i = 1; i < nodes.length; i++) {
    if (nodes[i]! <= nodes[i - 1]!) return [...new Set(nodes)].sort((one, other) => one - other);
  }
  return nodes;
}

/** XPath 1.0, 4.2 string() */
export function asString(expression: Expression): Evaluate<string> {
  switch (expression.type) {
    case 'string':
      return expression.evaluate;
    case 'nodes': {
      const first = firstOf(expression);
      return (context, node, position, size) => {
        const found = first(context, node, position, size);
        return found === NONE ? '' : stringOfNode(context.tree, found);
      };
    }
    case 'number': {
      const { evaluate } = expression;
      return (context, node, position, size) => formatNumber(evaluate(context, node, position, size));
    }
    case 'boolean': {
      const { evaluate } = expression;
      return (context, node, position, size) => String(evaluate(context, node, position, size));
    }
  }
}

/** XPath 1.0, 4.4 number() */
export function asNumber(expression: Expression): Evaluate<number> {
  if (expression.type === 'number') return expression.evaluate;
  if (expression.type === 'boolean') {
    const { evaluate } = expression;
    return (context, node, position, size) => (evaluate(context, node, position, size) ? 1 : 0);
  }
  const text = asString(expression);
  return (context, node, position, size) => parseNumber(text(context, node, position, size));
}

/** XPath 1.0, 4.3 boolean(). Whether a node exists does not depend on a value, so it leaves no marks. */
export function asBoolean(expression: Expression): Evaluate<boolean> {
  switch (expression.type) {
    case 'boolean':
      return expression.evaluate;
    case 'nodes': {
      if (expression.exists !== undefined) return expression.exists;
      const first = unmarked(expression.marks, firstOf(expression));
      return (context, node, position, size) => first(context, node, position, size) !== NONE;
    }
    case 'string': {
      const text = unmarked(expression.marks, expression.evaluate);
      return (context, node, position, size) => text(context, node, position, size) !== '';
    }
    case 'number': {
      const number = unmarked(expression.marks, expression.evaluate);
      return (context, node, position, size) => {
        const value = number(context, node, position, size);
        return value !== 0 && !Number.isNaN(value);
      };
    }
  }
}

/**
 * The facts that the text of an expression is made of: those of its first node, or of all nodes that a function was
 * given.
 */
export function sourcesOf(expression: Expression): Evaluate<readonly Node[]> {
  if (expression.type !== 'nodes') return expression.sources;
  const first = unmarked(expression.marks, firstOf(expression));
  return (context, node, position, size) => {
    const found = first(context, node, position, size);
    return found === NONE ? [] : factsOf(context.tree, found);
  };
}

/** The sources of several expressions together. */
export function sourcesOfAll(expressions: readonly Expression[]): Evaluate<readonly Node[]> {
  const each = expressions.map(sourcesOf);
  return (context, node, position, size) => inOrder(each.flatMap((sources) => sources(context, node, position, size)));
}

/** What a part of a selector becomes: closures that know no syntax any more, by the type of their result (XPath 1.0, 1). */
import { NONE, type Node } from '../xml/tree.js';
import { firstAlong, type Chain } from './chain.js';
import type { SelectorContext } from './context.js';
import { formatNumber, parseNumber } from './number.js';
import { lacks, type Needs } from './needs.js';
import { Collector, FIRST, type Sink } from './sink.js';
import { factsOf, stringOfNode } from './text.js';

/** Position and size are those of the context (`position()`, `last()`); a size nobody asks for is 0. */
export type Evaluate<T> = (context: SelectorContext, node: Node, position: number, size: number) => T;

interface Common {
  /** Whether evaluating may write marks. What evaluates to false leaves none. */
  readonly marks: boolean;
  readonly needs?: Needs;
  /** Of what has a name: it depends on more than the document and the node. */
  readonly varies?: boolean;
}

export interface NodesExpression extends Common {
  readonly type: 'nodes';
  /** Brings the nodes to a sink, in document order, each once; leaves the marks of those that it took. */
  readonly walk: (context: SelectorContext, node: Node, sink: Sink, position: number, size: number) => Node;
  /** Where it is nothing but names: children from the context node, and the attribute that it ends in. */
  readonly chain?: Chain;
  /** All nodes without marks, where they are at hand: of a name that stands for them. */
  readonly known?: Evaluate<readonly Node[]>;
  /** All nodes, in document order, each once, where they can be had without marks: of chains and their unions. */
  readonly direct?: Evaluate<readonly Node[]>;
  /** Whether there are any, without marks, where that is known without looking: of a path that goes up and down again. */
  readonly exists?: Evaluate<boolean>;
}

interface Scalar<Type extends string, T> extends Common {
  readonly type: Type;
  readonly evaluate: Evaluate<T>;
  /** The facts that the value is made of, in document order; writes no marks. */
  readonly sources: Evaluate<readonly Node[]>;
  /** The value, where it stands in the selector itself. */
  readonly constant?: T;
}

export type StringExpression = Scalar<'string', string>;
export type NumberExpression = Scalar<'number', number>;
export interface BooleanExpression extends Scalar<'boolean', boolean> {
  /** Where it is nothing but `@code='1'`, or several of one attribute with `or` between them. */
  readonly equals?: AttributeEquality;
}

/** An attribute of the context node, by the number of its name, and the texts of which it has to be one. */
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

/** All nodes. */
export function allOf({ walk, direct, needs }: NodesExpression): Evaluate<readonly Node[]> {
  if (direct !== undefined) return direct;
  return (context, node, position, size) => {
    if (lacks(context.tree, node, needs)) return NOTHING;
    const collector = new Collector();
    walk(context, node, collector, position, size);
    return collector.nodes;
  };
}

/** The first node, or NONE; only its own marks are left. */
export function firstOf({ walk, chain, direct }: NodesExpression): Evaluate<Node> {
  if (chain !== undefined) return firstAlong(chain);
  if (direct !== undefined) return (context, node, position, size) => direct(context, node, position, size)[0] ?? NONE;
  return (context, node, position, size) => walk(context, node, FIRST, position, size);
}

/** Sorted by place in the document, each once; the list itself where it is that already, as nearly always. */
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

/** XPath 1.0, 4.3 boolean(). That something exists depends on no value: it leaves no marks. */
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

/** The facts that its value as text is made of: those of the first node, or of all that a function was given. */
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

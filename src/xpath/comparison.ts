/**
 * Comparisons (XPath 1.0, 3.4). A comparison with nodes holds if it holds for one of the nodes. Only `=` marks what
 * decided (equality.ts); `!=` and `<` hold for many values, so no one value decides.
 */
import type { Node } from '../xml/tree.js';
import { compileEquality, type Compared } from './equality.js';
import {
  allOf,
  asBoolean,
  asNumber,
  asString,
  unmarked,
  type Evaluate,
  type Expression,
  type NodesExpression,
} from './expression.js';
import type { Needs } from './needs.js';
import { parseNumber } from './number.js';
import type { ComparisonOperator } from './syntax.js';
import { stringOfNode } from './text.js';

export function compileComparison(operator: ComparisonOperator, left: Expression, right: Expression): Compared {
  const needs = needsOf(left, right);
  const equality = operator === '=' ? (compileEquality(left, right) ?? compileEquality(right, left)) : undefined;
  if (equality !== undefined) return { ...equality, needs };
  const evaluate = compileUnmarked(operator, left, right);
  return { marks: false, needs, evaluate: unmarked(left.marks || right.marks, evaluate) };
}

/**
 * What must be there for a comparison to hold. A comparison with an empty node-set is false (`x='a'` and also
 * `x!='a'`), so the nodes are needed. A comparison with a truth value needs nothing, because an empty node-set counts
 * as false there: `x=false()` holds without any x.
 */
function needsOf(left: Expression, right: Expression): Needs {
  if (left.type === 'boolean' || right.type === 'boolean') return undefined;
  const ofLeft = left.type === 'nodes' ? left.needs : undefined;
  return ofLeft ?? (right.type === 'nodes' ? right.needs : undefined);
}

function compileUnmarked(operator: ComparisonOperator, left: Expression, right: Expression): Evaluate<boolean> {
  if (left.type === 'boolean' || right.type === 'boolean') {
    return compileScalars(operator, left, right);
  }
  if (left.type === 'nodes' && right.type === 'nodes') {
    const [ofLeft, ofRight] = [allOf(left), allOf(right)];
    if (operator === '!=') return someDiffer(ofLeft, ofRight);
    return (context, node, position, size) => {
      const value = (found: Node) => parseNumber(stringOfNode(context.tree, found));
      const others = ofRight(context, node, position, size).map(value);
      return ofLeft(context, node, position, size).some((one) =>
        others.some((other) => compare(operator, value(one), other)),
      );
    };
  }
  if (left.type === 'nodes') return compileNodesWithValue(operator, left, right);
  if (right.type === 'nodes') return compileNodesWithValue(MIRRORED[operator], right, left);
  return compileScalars(operator, left, right);
}

/**
 * `!=` between nodes: two of them differ unless all have the same text. So each node is compared with one text, not
 * with all other nodes.
 */
function someDiffer(ofLeft: Evaluate<readonly Node[]>, ofRight: Evaluate<readonly Node[]>): Evaluate<boolean> {
  return (context, node, position, size) => {
    const ones = ofLeft(context, node, position, size);
    const others = ones.length === 0 ? ones : ofRight(context, node, position, size);
    if (others.length === 0) return false;
    const text = stringOfNode(context.tree, ones[0]!);
    const differs = (found: Node): boolean => stringOfNode(context.tree, found) !== text;
    return others.some(differs) || ones.some(differs);
  };
}

function compileNodesWithValue(
  operator: ComparisonOperator,
  left: NodesExpression,
  right: Expression,
): Evaluate<boolean> {
  const all = allOf(left);
  const texts = right.type === 'string' && operator === '!=';
  const wanted: Evaluate<string | number> = texts ? asString(right) : asNumber(right);
  return (context, node, position, size) => {
    const value = wanted(context, node, position, size);
    return all(context, node, position, size).some((found) => {
      const text = stringOfNode(context.tree, found);
      return compare(operator, texts ? text : parseNumber(text), value);
    });
  };
}

/**
 * Compares where neither side is nodes, or one side is a truth value; then the other side is taken as a truth value
 * too.
 */
function compileScalars(operator: ComparisonOperator, left: Expression, right: Expression): Evaluate<boolean> {
  const [one, other] = scalars(operator, left, right);
  return (context, node, position, size) =>
    compare(operator, one(context, node, position, size), other(context, node, position, size));
}

type Pair = readonly [Evaluate<string | number>, Evaluate<string | number>];

function scalars(operator: ComparisonOperator, left: Expression, right: Expression): Pair {
  const types = [left.type, right.type];
  if (types.includes('boolean') && (operator === '=' || operator === '!=' || types.includes('nodes'))) {
    return [asTruthNumber(left), asTruthNumber(right)];
  }
  const texts = !types.includes('boolean') && !types.includes('number') && (operator === '=' || operator === '!=');
  return texts ? [asString(left), asString(right)] : [asNumber(left), asNumber(right)];
}

function asTruthNumber(expression: Expression): Evaluate<number> {
  const truth = asBoolean(expression);
  return (context, node, position, size) => (truth(context, node, position, size) ? 1 : 0);
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compare<T extends string | number>(operator: ComparisonOperator, left: T, right: T): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/**
 * Comparisons (XPath 1.0, 3.4). A comparison with nodes holds if it holds for one of the nodes.
 *
 * If an `=` holds because of exactly one fact, that fact is marked as used. If two facts make it hold, neither is
 * marked: either could change, and the result would be the same. Example: of two templateIds that both match, none
 * decided.
 */
import { attribute, ATTRIBUTE, nameBit, NONE, type Node, type Tree } from '../xml/tree.js';
import { isLarge, namedChildren } from '../xml/named-children.js';
import type { SelectorContext } from './context.js';
import {
  allOf,
  asBoolean,
  asNumber,
  asString,
  unmarked,
  type AttributeEquality,
  type Evaluate,
  type Expression,
  type NodesExpression,
  type NumberExpression,
  type StringExpression,
} from './expression.js';
import type { Needs } from './needs.js';
import { parseNumber } from './number.js';
import { TextMatch, Targets } from './sink.js';
import type { ComparisonOperator } from './syntax.js';
import { factsOf, hasOneOf, haveSameText, stringOfNode } from './text.js';

const KIND_MASK = 3;

/** Whether evaluating may write marks, and the test itself. */
export interface Compared {
  readonly marks: boolean;
  readonly needs: Needs;
  readonly evaluate: Evaluate<boolean>;
  readonly equals?: AttributeEquality;
}

export function compileComparison(operator: ComparisonOperator, left: Expression, right: Expression): Compared {
  const needs = needsOf(left, right);
  if (operator === '=') {
    const equals = equalityOf(left, right) ?? equalityOf(right, left);
    if (equals !== undefined) return { marks: true, needs, evaluate: attributeEquals(equals), equals };
    const marking = compileEquality(left, right) ?? compileEquality(right, left);
    if (marking !== undefined) return { marks: true, needs, evaluate: marking };
  }
  const evaluate = compileUnmarked(operator, left, right);
  return { marks: false, needs, evaluate: unmarked(left.marks || right.marks, evaluate) };
}

/** `@code=('a','b')`: the left side is compared with several texts. */
export function compileOneOf(left: Expression, texts: readonly string[]): Compared {
  if (left.type !== 'nodes') {
    const text = unmarked(left.marks, asString(left));
    return {
      marks: false,
      needs: undefined,
      evaluate: (context, node, position, size) => texts.includes(text(context, node, position, size)),
    };
  }
  const equals = attributeOf(left, texts);
  if (equals !== undefined) return { marks: true, needs: left.needs, evaluate: attributeEquals(equals), equals };
  const evaluate = childAttributeEquals(left, texts) ?? nodesEqual(left, () => texts);
  return { marks: true, needs: left.needs, evaluate };
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

function compileEquality(left: Expression, right: Expression): Evaluate<boolean> | undefined {
  if (left.type !== 'nodes') return undefined;
  if (right.type === 'nodes') return nodesEqualNodes(left, right);
  if (right.type === 'boolean') return undefined;
  return right.type === 'string' && right.constant !== undefined
    ? (childAttributeEquals(left, [right.constant]) ?? nodesEqualValue(left, right))
    : nodesEqualValue(left, right);
}

/** `@code='1'`: the form of most comparisons in selectors. */
function equalityOf(left: Expression, right: Expression): AttributeEquality | undefined {
  if (left.type !== 'nodes' || right.type !== 'string' || right.constant === undefined) return undefined;
  return attributeOf(left, [right.constant]);
}

function attributeOf({ chain }: NodesExpression, texts: readonly string[]): AttributeEquality | undefined {
  if (chain?.attribute === undefined || chain.children.length > 0) return undefined;
  return { attribute: chain.attribute, texts };
}

/**
 * Compiles `@code='1'` or `@code=('1','2')`. An attribute has only one value, so if the comparison holds this attribute
 * decided.
 */
export function attributeEquals({ attribute: name, texts }: AttributeEquality): Evaluate<boolean> {
  return ({ tree, journal }, node) => {
    const found = attribute(tree, node, name);
    if (found === NONE) return false;
    if (!hasOneOf(tree, found, texts)) return false;
    journal.used(found);
    return true;
  };
}

/** Compiles `templateId/@root='1'`. */
function childAttributeEquals(left: NodesExpression, texts: readonly string[]): Evaluate<boolean> | undefined {
  const { chain } = left;
  if (chain?.attribute === undefined || chain.children.length !== 1) return undefined;
  const name = chain.attribute;
  const child = chain.children[0]!;
  const bit = nameBit(child);
  return ({ tree, journal }, node) => {
    if ((tree.inside[node]! & bit) === 0) return false;
    if (isLarge(tree, node)) {
      const matches = namedChildren(tree, node, child).map((one) => attribute(tree, one, name));
      const found = matches.filter((one) => one !== NONE && hasOneOf(tree, one, texts));
      if (found.length === 1) journal.used(found[0]!);
      return found.length > 0;
    }
    const end = tree.last[node]!;
    let match = NONE;
    for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
      if (tree.name[n] !== child || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      const found = attribute(tree, n, name);
      if (found === NONE || !hasOneOf(tree, found, texts)) continue;
      if (match !== NONE) return true;
      match = found;
    }
    if (match === NONE) return false;
    journal.used(match);
    return true;
  };
}

/** Compares nodes with a text or a number. */
function nodesEqualValue(left: NodesExpression, right: StringExpression | NumberExpression): Evaluate<boolean> {
  return nodesEqual(left, unmarked<string | number>(right.marks, right.evaluate));
}

function nodesEqual(left: NodesExpression, wanted: Evaluate<string | number | readonly string[]>): Evaluate<boolean> {
  return (context, node, position, size) => {
    const { tree, journal } = context;
    const match = new TextMatch(wanted(context, node, position, size));
    const checkpoint = journal.checkpoint;
    left.walk(context, node, match, position, size);
    if (match.accepted > 1) journal.rollback(checkpoint);
    else if (match.node !== NONE) for (const fact of factsOf(tree, match.node)) journal.used(fact);
    return match.accepted > 0;
  };
}

const FEW_PAIRS = 16;

function somePair(tree: Tree, ones: readonly Node[], others: readonly Node[]): boolean {
  for (const one of ones) for (const other of others) if (haveSameText(tree, one, other)) return true;
  return false;
}

function nodesEqualNodes(left: NodesExpression, right: NodesExpression): Evaluate<boolean> {
  const [ofLeft, ofRight] = [unmarked(left.marks, allOf(left)), unmarked(right.marks, allOf(right))];
  return (context, node, position, size) => {
    const { tree } = context;
    const ones = ofLeft(context, node, position, size);
    const candidates = ones.length === 0 ? [] : ofRight(context, node, position, size);
    if (candidates.length === 0) return false;
    if (ones.length === 1 && candidates.length === 1) {
      const [one, other] = [ones[0]!, candidates[0]!];
      if (one === other) return true;
      if (!haveSameText(tree, one, other)) return false;
      markDecisive(context, node, left, one, position, size);
      markDecisive(context, node, right, other, position, size);
      return true;
    }
    // Usually no two nodes are equal, so for few pairs it is not worth making a table.
    if (ones.length * candidates.length <= FEW_PAIRS && !somePair(tree, ones, candidates)) return false;
    const byText = new Map<string, Node[]>();
    for (const other of candidates) {
      const text = stringOfNode(tree, other);
      const same = byText.get(text);
      if (same === undefined) byText.set(text, [other]);
      else same.push(other);
    }
    const matches = ones.filter((one) => byText.has(stringOfNode(tree, one)));
    if (matches.length === 0) return false;
    if (context.journal.silent) {
      context.journal.unwritten++;
      return true;
    }
    const others = new Set(matches.flatMap((match) => byText.get(stringOfNode(tree, match))!));
    // If a node is on both sides, it equals itself whatever it holds, so no fact decided. Otherwise a fact decided if
    // every equal pair has it.
    if (matches.some((match) => others.has(match))) return true;
    if (matches.length === 1) markDecisive(context, node, left, matches[0]!, position, size);
    if (others.size === 1) for (const other of others) markDecisive(context, node, right, other, position, size);
    return true;
  };
}

function markDecisive(
  context: SelectorContext,
  node: Node,
  expression: NodesExpression,
  match: Node,
  position: number,
  size: number,
): void {
  if (expression.marks) expression.walk(context, node, new Targets(new Set([match])), position, size);
  for (const fact of factsOf(context.tree, match)) context.journal.used(fact);
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

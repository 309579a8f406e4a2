/**
 * Equality (XPath 1.0, 3.4), which marks what decided (ARCHITECTURE.md, Marks). If an `=` holds because of exactly one
 * fact, that fact is marked as used. If two facts make it hold, neither is marked: either could change, and the result
 * would be the same. Example: of two templateIds that both match, none decided.
 */
import { attribute, ATTRIBUTE, nameBit, NONE, type Node, type Tree } from '../xml/tree.js';
import { isLarge, namedChildren } from '../xml/named-children.js';
import type { SelectorContext } from './context.js';
import {
  allOf,
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
import { TextMatch, Targets } from './sink.js';
import { factsOf, hasOneOf, haveSameText, stringOfNode } from './text.js';

const KIND_MASK = 3;

/** Whether evaluating may write marks, and the test itself. */
export interface Compared {
  readonly marks: boolean;
  readonly needs: Needs;
  readonly evaluate: Evaluate<boolean>;
  readonly equals?: AttributeEquality;
}

/**
 * Compiles `left = right` so that it marks the fact that decided; undefined if no fact can decide, as where a truth
 * value is compared. Nodes may be on either side.
 */
export function compileEquality(left: Expression, right: Expression): Omit<Compared, 'needs'> | undefined {
  const equals = equalityOf(left, right) ?? equalityOf(right, left);
  if (equals !== undefined) return { marks: true, evaluate: attributeEquals(equals), equals };
  const evaluate = nodesEqualAny(left, right) ?? nodesEqualAny(right, left);
  return evaluate === undefined ? undefined : { marks: true, evaluate };
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

/** `@code='1'`: the form of most comparisons in selectors. */
function equalityOf(left: Expression, right: Expression): AttributeEquality | undefined {
  if (left.type !== 'nodes' || right.type !== 'string' || right.constant === undefined) return undefined;
  return attributeOf(left, [right.constant]);
}

function nodesEqualAny(left: Expression, right: Expression): Evaluate<boolean> | undefined {
  if (left.type !== 'nodes') return undefined;
  if (right.type === 'nodes') return nodesEqualNodes(left, right);
  if (right.type === 'boolean') return undefined;
  return right.type === 'string' && right.constant !== undefined
    ? (childAttributeEquals(left, [right.constant]) ?? nodesEqualValue(left, right))
    : nodesEqualValue(left, right);
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

/** Compares nodes with what the other side says. Two equal nodes decide nothing: either could change. */
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

/** Usually no two nodes are equal, so for few pairs it is not worth making a table. */
const FEW_PAIRS = 16;

function somePair(tree: Tree, ones: readonly Node[], others: readonly Node[]): boolean {
  for (const one of ones) for (const other of others) if (haveSameText(tree, one, other)) return true;
  return false;
}

/**
 * Compares nodes with nodes: `@code = ../other/@code`. One equal pair decides, by both of its nodes. Of several equal
 * pairs, only a node that all of them have decides.
 */
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
    // A node that is on both sides equals itself whatever it holds, so no fact decided.
    if (matches.some((match) => others.has(match))) return true;
    if (matches.length === 1) markDecisive(context, node, left, matches[0]!, position, size);
    if (others.size === 1) for (const other of others) markDecisive(context, node, right, other, position, size);
    return true;
  };
}

/** Marks the way to the node that decided, and the facts that its text is made of. */
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

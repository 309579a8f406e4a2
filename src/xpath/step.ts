/** Steps (XPath 1.0, 2.1): from a node to the next nodes of a path. The forms that mappings use most come first. */
import { isLarge, namedChildren, namedDescendants } from '../xml/named-children.js';
import { ATTRIBUTE, nameBit, NONE, type Node, type Tree } from '../xml/tree.js';
import {
  attributeNamed,
  cursor,
  elementNamed,
  isAttribute,
  isElement,
  isNode,
  isText,
  parentOf,
  type Cursor,
  type Test,
} from './axis.js';
import type { SelectorContext } from './context.js';
import type { Evaluate } from './expression.js';
import { nameNumber } from './name-test.js';
import { childrenOfNames, namesAsked } from './one-of-names.js';
import { compilePredicate, conjunction, throughPredicates, type Predicate } from './predicate.js';
import type { SelectorScope } from './scope.js';
import type { Sink, Walk } from './sink.js';
import type { StepSyntax } from './syntax.js';

const KIND_MASK = 3;

/** The syntax of a step, with its names looked up and its predicates compiled. */
export interface CompiledStep {
  readonly syntax: StepSyntax;
  /** The number of the name, if it tests for a name. */
  readonly name: number | undefined;
  readonly predicates: readonly Predicate[];
  readonly positional: boolean;
  /** The names that it allows, if it is written `*[self::id or self::code]`. */
  readonly oneOf: readonly number[] | undefined;
}

export function compileStep(scope: SelectorScope, syntax: StepSyntax): CompiledStep {
  const name = syntax.test.kind === 'name' ? nameNumber(scope.names, syntax.test) : undefined;
  const predicates = syntax.predicates.map((predicate) => compilePredicate(scope, predicate));
  const positional = predicates.some(({ position, size }) => position || size);
  return { syntax, name, predicates, positional, oneOf: namesAsked(scope.names, syntax) };
}

/** A walk that takes this step and goes on with `next`, the walk of the following step. */
export function stepWalk(step: CompiledStep, next: Walk, behind?: CompiledStep): Walk {
  const { name, predicates, positional } = step;
  const { axis, test } = step.syntax;
  if (name !== undefined && axis === 'child' && !positional) {
    return predicates.length === 0
      ? childWalk(name, next, childAsked(behind))
      : filteredChildWalk(name, conjunction(predicates), next);
  }
  if (name !== undefined && axis === 'child' && predicates.length === 1 && predicates[0]!.only !== undefined) {
    return nthChildWalk(name, predicates[0]!.only, next);
  }
  if (name !== undefined && axis === 'attribute' && predicates.length === 0) return attributeWalk(name, next);
  if (name !== undefined && axis === 'descendant' && !positional) {
    return descendantWalk(name, predicates.length === 0 ? next : filtered(conjunction(predicates), next));
  }
  if (axis === 'self' && test.kind === 'node' && predicates.length === 0) return next;
  if ((axis === 'self' || axis === 'parent') && !positional) return soleWalk(axis, testOf(step), predicates, next);
  const candidates = cursor(axis, testOf(step));
  if (positional) return positionalWalk(candidates, predicates, next);
  const walk = filteredWalk(candidates, predicates, next);
  const { oneOf } = step;
  if (oneOf === undefined) return walk;
  return (context, node, sink) =>
    isLarge(context.tree, node)
      ? throughList(childrenOfNames(context.tree, node, oneOf), next, context, sink)
      : walk(context, node, sink);
}

/** The name of the child that a step leads to; undefined for other steps. */
function childAsked(step: CompiledStep | undefined): number | undefined {
  return step?.syntax.axis === 'child' ? step.name : undefined;
}

function testOf({ name, syntax }: CompiledStep): Test {
  const attributes = syntax.axis === 'attribute';
  if (name !== undefined) return attributes ? attributeNamed(name) : elementNamed(name);
  if (syntax.test.kind === 'any') return attributes ? isAttribute : isElement;
  return syntax.test.kind === 'text' ? isText : isNode;
}

/** The children of an element come after its attributes, and each child's subtree is a range of numbers. */
function childWalk(name: number, next: Walk, inside: number | undefined): Walk {
  const bit = nameBit(name);
  return (context, node, sink) => {
    const { tree } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
    if (isLarge(tree, node)) return throughList(namedChildren(tree, node, name, inside), next, context, sink);
    const end = tree.last[node]!;
    for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
      if (tree.name[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      const found = next(context, n, sink);
      if (found !== NONE) return found;
    }
    return NONE;
  };
}

function filteredChildWalk(name: number, holds: Evaluate<boolean>, next: Walk): Walk {
  const bit = nameBit(name);
  const goOn = filtered(holds, next);
  return (context, node, sink) => {
    const { tree, journal } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
    if (isLarge(tree, node)) return throughList(namedChildren(tree, node, name), goOn, context, sink);
    const end = tree.last[node]!;
    for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
      if (tree.name[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      const checkpoint = journal.checkpoint;
      const before = sink.accepted;
      if (holds(context, n, 1, 0)) {
        const found = next(context, n, sink);
        if (found !== NONE) return found;
      }
      if (sink.accepted === before && journal.checkpoint !== checkpoint) journal.rollback(checkpoint);
    }
    return NONE;
  };
}

function throughList(children: readonly Node[], next: Walk, context: SelectorContext, sink: Sink): Node {
  for (const child of children) {
    const found = next(context, child, sink);
    if (found !== NONE) return found;
  }
  return NONE;
}

function nthChildWalk(name: number, wanted: number, next: Walk): Walk {
  const bit = nameBit(name);
  return (context, node, sink) => {
    const { tree } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
    const end = tree.last[node]!;
    let position = 0;
    for (let n = node + 1; n <= end; n = tree.last[n]! + 1) {
      if (tree.name[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      position++;
      if (position === wanted) return next(context, n, sink);
    }
    return NONE;
  };
}

function attributeWalk(name: number, next: Walk): Walk {
  const bit = nameBit(name);
  return (context, node, sink) => {
    const { tree } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
    const end = tree.last[node]!;
    for (let n = node + 1; n <= end && (tree.kind[n]! & KIND_MASK) === ATTRIBUTE; n++) {
      if (tree.name[n] === name) return next(context, n, sink);
    }
    return NONE;
  };
}

/** The descendants are a range of numbers. Most of them have other names. */
function descendantWalk(name: number, next: Walk): Walk {
  return (context, node, sink) => {
    const { tree } = context;
    const names = tree.name;
    if (isLarge(tree, node)) return throughList(namedDescendants(tree, node, name), next, context, sink);
    const end = tree.last[node]!;
    for (let n = node + 1; n <= end; n++) {
      if (names[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      const found = next(context, n, sink);
      if (found !== NONE) return found;
    }
    return NONE;
  };
}

/** Goes on with `next` if a test holds. The marks of the test stay only if that led somewhere. */
function filtered(holds: Evaluate<boolean>, next: Walk): Walk {
  return (context, node, sink) => {
    const { journal } = context;
    const checkpoint = journal.checkpoint;
    const before = sink.accepted;
    const found = holds(context, node, 1, 0) ? next(context, node, sink) : NONE;
    if (found === NONE && sink.accepted === before && journal.checkpoint !== checkpoint) journal.rollback(checkpoint);
    return found;
  };
}

/** A node has one parent and one self, so there is nothing to go through. */
function soleWalk(axis: 'self' | 'parent', test: Test, predicates: readonly Predicate[], next: Walk): Walk {
  const sole = axis === 'self' ? (_tree: Tree, node: Node) => node : parentOf;
  const goOn = predicates.length === 0 ? next : filtered(conjunction(predicates), next);
  return (context, node, sink) => {
    const n = sole(context.tree, node);
    return n !== NONE && test(context.tree, n) ? goOn(context, n, sink) : NONE;
  };
}

function filteredWalk({ first, next: after }: Cursor, predicates: readonly Predicate[], next: Walk): Walk {
  const goOn = filtered(conjunction(predicates), next);
  return (context, node, sink) => {
    const { tree } = context;
    for (let n = first(tree, node); n !== NONE; n = after(tree, node, n)) {
      const found = goOn(context, n, sink);
      if (found !== NONE) return found;
    }
    return NONE;
  };
}

function positionalWalk({ first, next: after }: Cursor, predicates: readonly Predicate[], next: Walk): Walk {
  const through = throughPredicates(predicates);
  // Nothing after the position that the first predicate asks for is needed: `following-sibling::*[1]`.
  const most = predicates[0]!.only ?? Infinity;
  return (context, node, sink) => {
    const candidates: Node[] = [];
    for (let n = first(context.tree, node); n !== NONE; n = after(context.tree, node, n)) {
      candidates.push(n);
      if (candidates.length >= most) break;
    }
    return through(context, candidates, next, sink);
  };
}

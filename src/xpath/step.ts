/** Steps (XPath 1.0, 2.1): from a node to the next nodes of a path. The shapes that mappings are full of come first. */
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
import type { Evaluate } from './expression.js';
import { nameNumber } from './name-test.js';
import { compilePredicate, conjunction, throughPredicates, type Predicate } from './predicate.js';
import type { SelectorScope } from './scope.js';
import type { Walk } from './sink.js';
import type { StepSyntax } from './syntax.js';

const KIND_MASK = 3;

/** A step's syntax with its names looked up and its predicates compiled. */
export interface Step {
  readonly syntax: StepSyntax;
  /** The name's number, where it tests a name. */
  readonly name: number | undefined;
  readonly predicates: readonly Predicate[];
  readonly positional: boolean;
}

export function compileStep(scope: SelectorScope, syntax: StepSyntax): Step {
  const name = syntax.test.kind === 'name' ? nameNumber(scope.names, syntax.test) : undefined;
  const predicates = syntax.predicates.map((predicate) => compilePredicate(scope, predicate));
  return { syntax, name, predicates, positional: predicates.some(({ position, size }) => position || size) };
}

/** The walk that takes this step and goes on with `next`. */
export function stepWalk(step: Step, next: Walk): Walk {
  const { name, predicates, positional } = step;
  const { axis, test } = step.syntax;
  if (name !== undefined && axis === 'child' && !positional) {
    return predicates.length === 0 ? childWalk(name, next) : filteredChildWalk(name, conjunction(predicates), next);
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
  return positional ? positionalWalk(candidates, predicates, next) : filteredWalk(candidates, predicates, next);
}

function testOf({ name, syntax }: Step): Test {
  const attributes = syntax.axis === 'attribute';
  if (name !== undefined) return attributes ? attributeNamed(name) : elementNamed(name);
  if (syntax.test.kind === 'any') return attributes ? isAttribute : isElement;
  return syntax.test.kind === 'text' ? isText : isNode;
}

/** The numbers of an element's children lie behind those of its attributes, one subtree after the other. */
function childWalk(name: number, next: Walk): Walk {
  const bit = nameBit(name);
  return (context, node, sink) => {
    const { tree } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
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
  return (context, node, sink) => {
    const { tree, journal } = context;
    if ((tree.inside[node]! & bit) === 0) return NONE;
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

/** A range of numbers: most of them are other names. */
function descendantWalk(name: number, next: Walk): Walk {
  return (context, node, sink) => {
    const { tree } = context;
    const names = tree.name;
    const end = tree.last[node]!;
    for (let n = node + 1; n <= end; n++) {
      if (names[n] !== name || (tree.kind[n]! & KIND_MASK) === ATTRIBUTE) continue;
      const found = next(context, n, sink);
      if (found !== NONE) return found;
    }
    return NONE;
  };
}

/** Goes on with `next` where a test holds; leaves the marks of the test only where that led somewhere. */
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

/** There is one parent and one self: nothing is gone through. */
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
  // Behind the position that a first predicate asks for nothing is of interest: `following-sibling::*[1]`.
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

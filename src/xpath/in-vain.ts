/**
 * Answers that are kept for a large element, because all its parts ask the same: whether a path from there finds
 * anything, and whether a predicate holds. Without them, each of a thousand statements would search the other thousand.
 */
import { onceByNode } from '../xml/by-node.js';
import { NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import { unmarked, type Evaluate, type NodesExpression } from './expression.js';
import { compilePredicate, type Predicate } from './predicate.js';
import type { SelectorScope } from './scope.js';
import type { Walk } from './sink.js';
import type { CompiledStep } from './step.js';
import { alongFirst, marksOf, walkOf } from './steps.js';
import type { PathSyntax, Syntax } from './syntax.js';
import { varies } from './whole-document.js';

/**
 * A path that goes up and down again: `../../entryRelationship/observation[…]`. Whether there is such an observation
 * has the same answer for all nodes inside the ancestor. Without this, each of a thousand nodes would look at all
 * others; so the ancestor is asked once.
 */
export function belowAncestor(
  scope: SelectorScope,
  syntax: PathSyntax,
  steps: readonly CompiledStep[],
): BelowAncestor | undefined {
  const down = steps.findIndex(({ syntax: { axis } }) => axis !== 'parent' && axis !== 'self');
  const up = steps.slice(0, down);
  const rest = steps.slice(down);
  if (down < 1 || !up.some(({ syntax: { axis } }) => axis === 'parent')) return undefined;
  if (steps.some(({ positional }) => positional) || varies(syntax, scope.conditions)) return undefined;
  if (rest.some(({ syntax: { axis } }) => axis !== 'child') || !marksOf(rest)) return undefined;
  const ancestorOf = unmarked(marksOf(up), alongFirst(walkOf(up)));
  const firstBelow = unmarked(true, alongFirst(walkOf(rest)));
  const isBelow = onceByNode((context: SelectorContext, node) => firstBelow(context, node, 1, 1) !== NONE);
  return {
    exists: (context, node, position, size) => {
      const ancestor = ancestorOf(context, node, position, size);
      return ancestor !== NONE && isBelow(context, ancestor);
    },
    unlessInVain: (walk) => (context, node, sink) => {
      const ancestor = ancestorOf(context, node, 1, 1);
      return ancestor === NONE || (isLarge(context, ancestor) && !isBelow(context, ancestor))
        ? NONE
        : walk(context, node, sink);
    },
  };
}

interface BelowAncestor {
  readonly exists: Evaluate<boolean>;
  /** The walk, left out if it is known that it finds nothing. */
  readonly unlessInVain: (walk: Walk) => Walk;
}

/** In an element with only a few statements, searching is as fast as looking up a kept answer. */
const LARGE = 1000;

function isLarge({ tree }: SelectorContext, node: Node): boolean {
  return tree.last[node]! - node > LARGE;
}

/**
 * Keeps whether the path behind a name finds anything: `$concern/entryRelationship/observation[…]`. Without this, each
 * of a thousand problems of one concern would search all of them, also where the first search found nothing.
 */
export function unlessInVain(
  path: NodesExpression,
  named: NodesExpression,
  steps: readonly CompiledStep[],
): NodesExpression {
  const first = unmarked(marksOf(steps), alongFirst(walkOf(steps)));
  const leads = onceByNode((context: SelectorContext, node) => first(context, node, 1, 1) !== NONE);
  return {
    ...path,
    walk(context, node, sink, position, size) {
      const [from, ...others] = named.known!(context, node, position, size);
      if (from === undefined) return NONE;
      const isInVain = others.length === 0 && isLarge(context, from) && !leads(context, from);
      return isInVain ? NONE : path.walk(context, node, sink, position, size);
    },
  };
}

/** Whether the result of the steps behind a name depends on more than the nodes that they start from. */
export function variesBehind(scope: SelectorScope, { steps }: PathSyntax): boolean {
  return steps.some(({ predicates }) => predicates.some((predicate) => varies(predicate, scope.conditions)));
}

/** Keeps the answer of a predicate for a large node, if only the node decides: `$concern[count(…)=1]`. */
export function keptPredicate(scope: SelectorScope, syntax: Syntax): Predicate {
  const predicate = compilePredicate(scope, syntax);
  const { marks, position, size, holds } = predicate;
  if (marks || position || size || varies(syntax, scope.conditions)) return predicate;
  const kept = onceByNode((context: SelectorContext, node) => holds(context, node, 1, 0));
  return {
    ...predicate,
    holds: (context, node, ...at) => (isLarge(context, node) ? kept(context, node) : holds(context, node, ...at)),
  };
}

/** Location paths, filter expressions and unions (XPath 1.0, 2, 3.3). */
import { onceByNode } from '../xml/by-node.js';
import { nameBit, NONE, type Node } from '../xml/tree.js';
import { spreadAfter, type Spread } from './axis.js';
import { allAlong, type Chain } from './chain.js';
import { allOf, inOrder, unmarked, type Evaluate, type NodesExpression } from './expression.js';
import { needsOfAny, type Needs } from './needs.js';
import { namesOfBoth, type OwnNames } from './own-name.js';
import { compilePredicate, throughPredicates, type Predicate } from './predicate.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { Collector, FIRST, Targets, visitAll, type Walk } from './sink.js';
import { compileStep, stepWalk, type Step } from './step.js';
import type { SelectorContext } from './context.js';
import { varies } from './whole-document.js';
import type { PathSyntax, Syntax, UnionSyntax } from './syntax.js';

const END: Walk = (context, node, sink) => sink.visit(context, node);

export function compilePath(scope: SelectorScope, syntax: PathSyntax): NodesExpression {
  const steps = withoutDetours(syntax.steps.map((step) => compileStep(scope, step)));
  if (syntax.filter !== undefined) {
    const primary = compileNodes(scope, syntax.filter.expression);
    const named = primary.known !== undefined;
    const predicates = syntax.filter.predicates.map((predicate) =>
      named ? keptPredicate(scope, predicate) : compilePredicate(scope, predicate),
    );
    const single = predicates.some((predicate) => predicate.only !== undefined);
    const path = walkSteps(single ? 'single' : 'ordered', steps, (walk, marks) =>
      fromNodes(primary, predicates, walk, marks),
    );
    return named && steps.length > 0 && !variesBehind(scope, syntax) ? unlessInVain(path, primary, steps) : path;
  }
  const needs = syntax.absolute ? undefined : needsOf(steps);
  const ownNames = syntax.absolute ? undefined : ownNamesOf(steps);
  const chain = syntax.absolute ? undefined : chainOf(steps);
  const below = syntax.absolute ? undefined : belowAncestor(scope, syntax, steps);
  const exists = below?.exists;
  return walkSteps('single', steps, (walk, marks) => ({
    type: 'nodes',
    marks,
    walk: !syntax.absolute
      ? (below?.unlessInVain(walk) ?? walk)
      : marks
        ? (context, _node, sink) => walk(context, 0, sink)
        : fromTheTop(walk),
    needs,
    ownNames,
    ...(chain && { chain, direct: allAlong(chain) }),
    ...(exists && { exists }),
  }));
}

/**
 * A path that goes up and down again: `../../entryRelationship/observation[…]`. Whether there is such an observation
 * has the same answer for all nodes inside the ancestor. Without this, each of a thousand nodes would look at all
 * others; so the ancestor is asked once.
 */
function belowAncestor(scope: SelectorScope, syntax: PathSyntax, steps: readonly Step[]): BelowAncestor | undefined {
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
function unlessInVain(path: NodesExpression, named: NodesExpression, steps: readonly Step[]): NodesExpression {
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
function variesBehind(scope: SelectorScope, { steps }: PathSyntax): boolean {
  return steps.some(({ predicates }) => predicates.some((predicate) => varies(predicate, scope.conditions)));
}

/** Keeps the answer of a predicate for a large node, if only the node decides: `$concern[count(…)=1]`. */
function keptPredicate(scope: SelectorScope, syntax: Syntax): Predicate {
  const predicate = compilePredicate(scope, syntax);
  const { marks, position, size, holds } = predicate;
  if (marks || position || size || varies(syntax, scope.conditions)) return predicate;
  const kept = onceByNode((context: SelectorContext, node) => holds(context, node, 1, 0));
  return {
    ...predicate,
    holds: (context, node, ...at) => (isLarge(context, node) ? kept(context, node) : holds(context, node, ...at)),
  };
}

function alongFirst(walk: Walk): Evaluate<Node> {
  return (context, node) => walk(context, node, FIRST);
}

/** An absolute path leads to the same nodes from everywhere, so it is walked once in a document. */
function fromTheTop(walk: Walk): Walk {
  const nodes = onceByNode((context: SelectorContext, root) => {
    const collector = new Collector();
    walk(context, root, collector);
    return collector.nodes;
  });
  return (context, _node, sink) => visitAll(context, nodes(context, 0), sink);
}

/** A path that begins with a name finds nothing from a node that does not have the name inside. */
function needsOf(steps: readonly Step[]): Needs {
  const first = steps.find(({ syntax }) => syntax.axis !== 'self');
  if (first?.name === undefined) return undefined;
  const { axis } = first.syntax;
  return axis === 'child' || axis === 'attribute' ? nameBit(first.name) : undefined;
}

/** `self::act[…]`, or `self::*[…]` with a condition that only some elements can meet. */
function ownNamesOf([first]: readonly Step[]): OwnNames {
  if (first?.syntax.axis !== 'self') return undefined;
  const own = first.name === undefined ? undefined : new Set([first.name]);
  return first.predicates.reduce((names: OwnNames, { ownNames }) => namesOfBoth(names, ownNames), own);
}

/**
 * Compiles the steps behind a start. If a step may give nodes out of order or more than once, all its nodes are
 * collected and sorted before the next step. So neither the later steps nor the caller have to think of that.
 */
function walkSteps(
  start: Spread,
  steps: readonly Step[],
  begin: (walk: Walk, marks: boolean) => NodesExpression,
): NodesExpression {
  let spread = start;
  const jumble = steps.findIndex((step) => {
    spread = spreadAfter(spread, step.syntax.axis, isSingular(step));
    return spread === 'unordered';
  });
  if (jumble < 0) return begin(walkOf(steps), marksOf(steps));
  const [before, after] = [steps.slice(0, jumble + 1), steps.slice(jumble + 1)];
  const sorted = inDocumentOrder(begin(walkOf(before), marksOf(before)));
  if (after.length === 0) return sorted;
  return walkSteps('ordered', after, (walk, marks) => fromNodes(sorted, [], walk, marks));
}

/** Whether a step gives at most one node from each node. */
function isSingular(step: Step): boolean {
  return step.predicates.some((predicate) => predicate.only !== undefined);
}

function walkOf(steps: readonly Step[]): Walk {
  return steps.reduceRight((next, step, index) => stepWalk(step, next, steps[index + 1]), END);
}

function marksOf(steps: readonly Step[]): boolean {
  return steps.some((step) => step.predicates.some((predicate) => predicate.marks));
}

/**
 * `//x` means the children named x of every node. If no position is asked for, these are simply the descendants named
 * x.
 */
function withoutDetours(steps: readonly Step[]): readonly Step[] {
  if (!steps.some(({ syntax }) => syntax.axis === 'descendant-or-self')) return steps;
  const result: Step[] = [];
  for (const step of steps) {
    const before = result.at(-1);
    const detour = before?.syntax.axis === 'descendant-or-self' && before.syntax.test.kind === 'node';
    if (detour && before.predicates.length === 0 && step.syntax.axis === 'child' && !step.positional) {
      result.splice(-1, 1, { ...step, syntax: { ...step.syntax, axis: 'descendant' } });
    } else {
      result.push(step);
    }
  }
  return result;
}

function chainOf(steps: readonly Step[]): Chain | undefined {
  if (steps.some(({ name, predicates }) => name === undefined || predicates.length > 0)) return undefined;
  const last = steps.at(-1);
  const attribute = last?.syntax.axis === 'attribute' ? last.name : undefined;
  const children = attribute === undefined ? steps : steps.slice(0, -1);
  if (children.some((step) => step.syntax.axis !== 'child')) return undefined;
  return { children: children.map(({ name }) => name!), attribute };
}

/** `(a|b)[1]/c`: the path goes on from all the nodes of an expression, instead of from the context node. */
function fromNodes(
  primary: NodesExpression,
  predicates: readonly Predicate[],
  rest: Walk,
  restMarks: boolean,
): NodesExpression {
  const candidates = primary.known ?? unmarked(primary.marks, allOf(primary));
  const through = throughPredicates(predicates);
  if (!primary.marks) {
    return {
      type: 'nodes',
      needs: primary.needs,
      marks: restMarks || predicates.some((predicate) => predicate.marks),
      walk: (context, node, sink, position, size) =>
        through(context, candidates(context, node, position, size), rest, sink),
    };
  }
  return {
    type: 'nodes',
    needs: primary.needs,
    marks: true,
    walk(context, node, sink, position, size) {
      const all = candidates(context, node, position, size);
      if (all.length === 0) return NONE;
      if (context.journal.silent) {
        context.journal.unwritten++;
        return through(context, all, rest, sink);
      }
      let taken: Set<Node> | undefined;
      const next: Walk = (_context, candidate) => {
        const before = sink.accepted;
        const found = rest(context, candidate, sink);
        if (found !== NONE || sink.accepted !== before) (taken ??= new Set<Node>()).add(candidate);
        return found;
      };
      const found = through(context, all, next, sink);
      if (taken !== undefined) markAgain(primary, taken, context, node, position, size);
      return found;
    },
  };
}

/**
 * The candidates were found without marks. The walk to those that led somewhere is repeated, so that it leaves its
 * marks.
 */
function markAgain(
  expression: NodesExpression,
  taken: ReadonlySet<Node>,
  ...[context, node, position, size]: Parameters<Evaluate<void>>
): void {
  if (taken.size > 0) expression.walk(context, node, new Targets(taken), position, size);
}

function inDocumentOrder(jumbled: NodesExpression): NodesExpression {
  const all = unmarked(jumbled.marks, allOf(jumbled));
  return {
    type: 'nodes',
    needs: jumbled.needs,
    marks: jumbled.marks,
    walk(context, node, sink, position, size) {
      const reached = all(context, node, position, size);
      if (reached.length === 0) return NONE;
      if (!jumbled.marks) return visitAll(context, inOrder(reached), sink);
      if (context.journal.silent) {
        context.journal.unwritten++;
        return visitAll(context, inOrder(reached), sink);
      }
      // A single node is in order.
      if (reached.length === 1) return jumbled.walk(context, node, sink, position, size);
      const taken = new Set<Node>();
      const found = visitAll(context, inOrder(reached), sink, taken);
      // A node that is reached in two ways depends on neither, so it leaves no marks.
      for (const twice of repeated(reached)) taken.delete(twice);
      markAgain(jumbled, taken, context, node, position, size);
      return found;
    },
  };
}

function repeated(nodes: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  return nodes.filter((node) => seen.has(node) || !seen.add(node));
}

export function compileUnion(scope: SelectorScope, syntax: UnionSyntax): NodesExpression {
  return unionOf(compileNodes(scope, syntax.left), compileNodes(scope, syntax.right));
}

/** The nodes of both expressions, each once, in document order. */
export function unionOf(one: NodesExpression, other: NodesExpression): NodesExpression {
  const sides = [one, other];
  const needs = needsOfAny(sides.map((side) => side.needs));
  const [left, right] = sides.map(({ direct }) => direct);
  if (left !== undefined && right !== undefined) {
    const direct: Evaluate<readonly Node[]> = (context, node, position, size) => {
      const [first, second] = [left(context, node, position, size), right(context, node, position, size)];
      // Usually the two are alternatives, and only one is there.
      if (first.length === 0) return second;
      return second.length === 0 ? first : inOrder([...first, ...second]);
    };
    const walk: NodesExpression['walk'] = (context, node, sink, position, size) =>
      visitAll(context, direct(context, node, position, size), sink);
    return { type: 'nodes', marks: false, needs, direct, walk };
  }
  return inDocumentOrder({
    type: 'nodes',
    needs,
    marks: sides.some((side) => side.marks),
    walk(context, node, sink, position, size) {
      for (const side of sides) {
        const found = side.walk(context, node, sink, position, size);
        if (found !== NONE) return found;
      }
      return NONE;
    },
  });
}

export function compileNodes(scope: SelectorScope, syntax: Syntax): NodesExpression {
  const expression = scope.compile(syntax);
  if (expression.type !== 'nodes')
    throw new SelectorError(`Nodes are expected here, not a ${expression.type}`, syntax.start);
  return expression;
}

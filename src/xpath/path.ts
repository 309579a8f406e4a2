/** Location paths, filter expressions and unions (XPath 1.0, 2, 3.3). */
import { onceByNode } from '../xml/by-node.js';
import { NONE, type Node } from '../xml/tree.js';
import { spreadAfter, type Spread } from './axis.js';
import { allAlong } from './chain.js';
import { inDocumentOrder, markAgain, unionOf } from './document-order.js';
import { allOf, unmarked, type NodesExpression } from './expression.js';
import { belowAncestor, keptPredicate, unlessInVain, variesBehind } from './in-vain.js';
import { compilePredicate, throughPredicates, type Predicate } from './predicate.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { Collector, visitAll, type Walk } from './sink.js';
import { compileStep, type CompiledStep } from './step.js';
import { chainOf, isSingular, marksOf, needsOf, ownNamesOf, walkOf, withoutDetours } from './steps.js';
import type { SelectorContext } from './context.js';
import type { PathSyntax, Syntax, UnionSyntax } from './syntax.js';

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

/** An absolute path leads to the same nodes from everywhere, so it is walked once in a document. */
function fromTheTop(walk: Walk): Walk {
  const nodes = onceByNode((context: SelectorContext, root) => {
    const collector = new Collector();
    walk(context, root, collector);
    return collector.nodes;
  });
  return (context, _node, sink) => visitAll(context, nodes(context, 0), sink);
}

/**
 * Compiles the steps behind a start. If a step may give nodes out of order or more than once, all its nodes are
 * collected and sorted before the next step. So neither the later steps nor the caller have to think of that.
 */
function walkSteps(
  start: Spread,
  steps: readonly CompiledStep[],
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

export function compileUnion(scope: SelectorScope, syntax: UnionSyntax): NodesExpression {
  return unionOf(compileNodes(scope, syntax.left), compileNodes(scope, syntax.right));
}

export function compileNodes(scope: SelectorScope, syntax: Syntax): NodesExpression {
  const expression = scope.compile(syntax);
  if (expression.type !== 'nodes')
    throw new SelectorError(`Nodes are expected here, not a ${expression.type}`, syntax.start);
  return expression;
}

/** Location paths, filter expressions and unions (XPath 1.0, 2, 3.3). */
import { NONE, type Node } from '../xml/tree.js';
import { spreadAfter, type Spread } from './axis.js';
import type { SelectorContext } from './context.js';
import { allOf, inOrder, unmarked, type Chain, type NodesExpression } from './expression.js';
import { compilePredicate, throughPredicates } from './predicate.js';
import type { Scope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { Target, type Walk } from './sink.js';
import { compileStep, stepWalk, type Step } from './step.js';
import type { PathSyntax, Syntax, UnionSyntax } from './syntax.js';

const END: Walk = (context, node, sink) => sink.visit(context, node);

export function compilePath(scope: Scope, syntax: PathSyntax): NodesExpression {
  const steps = withoutDetours(syntax.steps.map((step) => compileStep(scope, step)));
  const walk = steps.reduceRight((next, step) => stepWalk(step, next), END);
  const marks = steps.some((step) => step.predicates.some((predicate) => predicate.marks));
  if (syntax.filter !== undefined) return compileFilter(scope, syntax.filter, steps, walk, marks);
  const start = syntax.absolute
    ? (context: SelectorContext, _node: Node, sink: Parameters<Walk>[2]) => walk(context, 0, sink)
    : walk;
  const chain = syntax.absolute ? undefined : chainOf(steps);
  return { type: 'nodes', marks, walk: start, ordered: isOrdered('single', steps), ...(chain && { chain }) };
}

/** `//x` looks at every node's children; where no position is asked for, the descendants are the same nodes. */
function withoutDetours(steps: readonly Step[]): Step[] {
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

function isOrdered(start: Spread, steps: readonly Step[]): boolean {
  return steps.reduce((spread, step) => spreadAfter(spread, step.syntax.axis), start) !== 'unordered';
}

function chainOf(steps: readonly Step[]): Chain | undefined {
  const names = steps.map((step) => step.name).filter((name) => name !== undefined);
  if (names.length < steps.length || steps.some((step) => step.predicates.length > 0)) return undefined;
  const last = steps.at(-1);
  const attribute = last?.syntax.axis === 'attribute' ? last.name : undefined;
  const children = attribute === undefined ? steps : steps.slice(0, -1);
  if (children.some((step) => step.syntax.axis !== 'child')) return undefined;
  return { children: names.slice(0, children.length), attribute };
}

/** `(a|b)[1]/c`: the nodes of an expression, all together, take the place of the context node. */
function compileFilter(
  scope: Scope,
  filter: NonNullable<PathSyntax['filter']>,
  steps: readonly Step[],
  rest: Walk,
  restMarks: boolean,
): NodesExpression {
  const primary = compileNodes(scope, filter.expression);
  const predicates = filter.predicates.map((predicate) => compilePredicate(scope, predicate));
  const candidates = unmarked(primary.marks, allOf(primary));
  const single = predicates.some((predicate) => predicate.only !== undefined);
  return {
    type: 'nodes',
    marks: primary.marks || restMarks || predicates.some((predicate) => predicate.marks),
    ordered: isOrdered(single ? 'single' : 'ordered', steps),
    walk(context, node, sink, position, size) {
      // Candidates are found without marks; those that lead somewhere are walked to again, to leave theirs.
      const next: Walk = !primary.marks
        ? rest
        : (_context, candidate) => {
            const before = sink.accepted;
            const found = rest(context, candidate, sink);
            if (found !== NONE || sink.accepted !== before) {
              primary.walk(context, node, new Target(candidate), position, size);
            }
            return found;
          };
      return throughPredicates(predicates, next)(context, candidates(context, node, position, size), sink);
    },
  };
}

export function compileUnion(scope: Scope, syntax: UnionSyntax): NodesExpression {
  const [left, right] = [compileNodes(scope, syntax.left), compileNodes(scope, syntax.right)];
  const marks = left.marks || right.marks;
  const [ofLeft, ofRight] = [unmarked(left.marks, allOf(left)), unmarked(right.marks, allOf(right))];
  return {
    type: 'nodes',
    marks,
    ordered: true,
    walk(context, node, sink, position, size) {
      const [one, other] = [ofLeft(context, node, position, size), ofRight(context, node, position, size)];
      for (const candidate of inOrder([...one, ...other])) {
        const before = sink.accepted;
        const found = sink.visit(context, candidate);
        // What both sides select depends on neither.
        if (
          marks &&
          (found !== NONE || sink.accepted !== before) &&
          one.includes(candidate) !== other.includes(candidate)
        ) {
          const side = one.includes(candidate) ? left : right;
          side.walk(context, node, new Target(candidate), position, size);
        }
        if (found !== NONE) return found;
      }
      return NONE;
    },
  };
}

export function compileNodes(scope: Scope, syntax: Syntax): NodesExpression {
  const expression = scope.compile(syntax);
  if (expression.type !== 'nodes')
    throw new SelectorError(`Nodes are expected here, not a ${expression.type}`, syntax.start);
  return expression;
}

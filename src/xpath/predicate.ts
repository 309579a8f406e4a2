/** Predicates (XPath 1.0, 2.4): which of a step's candidates are kept. */
import { NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import { asBoolean, unmarked, type Evaluate } from './expression.js';
import type { OwnNames } from './own-name.js';
import type { SelectorScope } from './scope.js';
import type { Sink, Walk } from './sink.js';
import type { Syntax } from './syntax.js';

export interface Predicate {
  readonly marks: boolean;
  /** Tests a candidate. It leaves no marks if it answers false. */
  readonly holds: Evaluate<boolean>;
  /** Whether it asks for the position or for the size. They are counted only if it does. */
  readonly position: boolean;
  readonly size: boolean;
  /** Set if the predicate is a number in the selector: the only position that satisfies it. No later candidate can. */
  readonly only?: number;
  readonly ownNames?: OwnNames;
}

export function compilePredicate(scope: SelectorScope, syntax: Syntax): Predicate {
  const expression = scope.compile(syntax);
  const size = asksFor(syntax, 'last');
  const { marks, ownNames } = expression;
  if (expression.type !== 'number') {
    return { marks, holds: asBoolean(expression), position: asksFor(syntax, 'position'), size, ownNames };
  }
  // A number as a predicate is a position. What the number was read from is not marked as used.
  const number = unmarked(marks, expression.evaluate);
  const holds: Evaluate<boolean> = (context, node, position, total) =>
    number(context, node, position, total) === position;
  const only = expression.constant === undefined ? {} : { only: expression.constant };
  return { marks: false, holds, position: true, size, ...only };
}

/**
 * Whether an expression itself calls a function. Predicates of its steps don't count, because they have a context of
 * their own.
 */
export function asksFor(syntax: Syntax, name: string): boolean {
  switch (syntax.kind) {
    case 'call':
      return syntax.name === name || syntax.arguments.some((argument) => asksFor(argument, name));
    case 'operation':
    case 'union':
      return asksFor(syntax.left, name) || asksFor(syntax.right, name);
    case 'negation':
      return asksFor(syntax.operand, name);
    case 'path':
      return syntax.filter !== undefined && asksFor(syntax.filter.expression, name);
    default:
      return false;
  }
}

/** Joins predicates into one test, if none asks for a position. */
export function conjunction(predicates: readonly Predicate[]): Evaluate<boolean> {
  const tests = predicates.map((predicate) => predicate.holds);
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (context, node, position, size) => {
    for (const holds of tests) if (!holds(context, node, position, size)) return false;
    return true;
  };
}

/**
 * Goes on with `next` from each candidate that satisfies all predicates. Each predicate counts positions among the
 * candidates that satisfied the predicates before it.
 */
export function throughPredicates(predicates: readonly Predicate[]) {
  if (predicates.length === 0) return throughAll;
  const sized = predicates.some((predicate) => predicate.size);
  return (context: SelectorContext, candidates: readonly Node[], next: Walk, sink: Sink): Node => {
    const { journal } = context;
    const sizes = sized ? countSizes(context, candidates, predicates) : [];
    const positions = predicates.map(() => 0);
    for (const candidate of candidates) {
      const checkpoint = journal.checkpoint;
      const before = sink.accepted;
      if (satisfies(context, candidate, predicates, positions, sizes)) {
        const found = next(context, candidate, sink);
        if (found !== NONE) return found;
      }
      if (sink.accepted === before && journal.checkpoint !== checkpoint) journal.rollback(checkpoint);
      if (predicates.some((predicate, index) => positions[index] === predicate.only)) break;
    }
    return NONE;
  };
}

function throughAll(context: SelectorContext, candidates: readonly Node[], next: Walk, sink: Sink): Node {
  const { journal } = context;
  for (const candidate of candidates) {
    const checkpoint = journal.checkpoint;
    const before = sink.accepted;
    const found = next(context, candidate, sink);
    if (found !== NONE) return found;
    if (sink.accepted === before && journal.checkpoint !== checkpoint) journal.rollback(checkpoint);
  }
  return NONE;
}

function satisfies(
  context: SelectorContext,
  candidate: Node,
  predicates: readonly Predicate[],
  positions: number[],
  sizes: readonly number[],
): boolean {
  for (let i = 0; i < predicates.length; i++) {
    const position = positions[i]! + 1;
    positions[i] = position;
    if (!predicates[i]!.holds(context, candidate, position, sizes[i] ?? 0)) return false;
  }
  return true;
}

/** The value of last() for each predicate: how many candidates satisfy the predicates before it. */
function countSizes(context: SelectorContext, candidates: readonly Node[], predicates: readonly Predicate[]): number[] {
  const checkpoint = context.journal.checkpoint;
  const sizes = [candidates.length];
  for (let count = 1; count < predicates.length; count++) {
    const positions = predicates.map(() => 0);
    const before = predicates.slice(0, count);
    sizes.push(candidates.filter((candidate) => satisfies(context, candidate, before, positions, sizes)).length);
  }
  context.journal.rollback(checkpoint);
  return sizes;
}

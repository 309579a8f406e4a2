/** Conditions that search the document from its root. They are asked once for each node, however many rules ask. */
import { onceByTree } from '../xml/by-node.js';
import type { Node } from '../xml/tree.js';
import { answerAgain, marksSince, MOST_MARKS, type Answer } from './answer.js';
import type { BooleanExpression } from './expression.js';
import type { Syntax } from './syntax.js';

const NO_MARKS: NonNullable<Answer['marks']> = [];

/** Functions whose answer depends on more than the document and the node. */
const VARYING: ReadonlySet<string> = new Set(['group', 'own']);

/**
 * Whether a condition searches from the root with predicates: `/a/b[c()]`. A path of names only, `/a/b/@c`, is found at
 * once and does not count.
 */
export function searchesDocument(syntax: Syntax): boolean {
  let searches = false;
  visit(syntax, (part) => {
    if (part.kind === 'path' && part.absolute && part.steps.some(({ predicates }) => predicates.length > 0))
      searches = true;
  });
  return searches;
}

/** Whether the answer of a part depends on more than the document and the node, also through a name that it calls. */
export function varies(syntax: Syntax, named: ReadonlyMap<string, { readonly varies?: boolean }>): boolean {
  let found = false;
  visit(syntax, (part) => {
    if (part.kind === 'variable') found = true;
    if (part.kind === 'call' && (VARYING.has(part.name) || named.get(part.name)?.varies === true)) found = true;
  });
  return found;
}

/** The same condition, with its answers kept as long as the document lives. */
export function askedOnce(condition: BooleanExpression): BooleanExpression {
  const answersIn = onceByTree(() => new Map<Node, Answer>());
  return {
    ...condition,
    evaluate(context, node, position, size) {
      const { tree, journal } = context;
      const known = answersIn(tree);
      const answer = known.get(node);
      if (answer !== undefined) return answerAgain(context, answer);
      const from = journal.checkpoint;
      // Once in a document: also who asks silently finds out which marks there are.
      const outer = journal.silent;
      journal.silent = false;
      const holds = condition.evaluate(context, node, position, size);
      journal.silent = outer;
      const marks = journal.checkpoint - from <= MOST_MARKS ? marksSince(context, from) : NO_MARKS;
      if (outer) journal.rollback(from);
      if (outer && marks.length > 0) journal.unwritten++;
      known.set(node, { holds, marks });
      return holds;
    },
  };
}

function visit(syntax: Syntax, see: (part: Syntax) => void): void {
  see(syntax);
  switch (syntax.kind) {
    case 'operation':
    case 'union':
      visit(syntax.left, see);
      visit(syntax.right, see);
      break;
    case 'negation':
      visit(syntax.operand, see);
      break;
    case 'call':
      for (const argument of syntax.arguments) visit(argument, see);
      break;
    case 'path':
      if (syntax.filter !== undefined)
        for (const part of [syntax.filter.expression, ...syntax.filter.predicates]) visit(part, see);
      for (const { predicates } of syntax.steps) for (const predicate of predicates) visit(predicate, see);
      break;
    default:
  }
}

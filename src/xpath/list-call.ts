/** Calls of functions that take a word list by its name: `is-listed(x, 'no-data')`, `cell(x, 'column-drug')`. */
import type { Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import { allOf, asString, inOrder, noSources, unmarked, type Expression } from './expression.js';
import { suggestion } from './nearest.js';
import type { ListFunction, ListTest } from './node-function.js';
import { compileNodes } from './path.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { visitAll } from './sink.js';
import type { CallSyntax } from './syntax.js';
import { factsOf } from './text.js';
import type { WordList } from './word-list.js';

/** Compiles a call of such a function; undefined if the name is not one of theirs. */
export function compileListCall(scope: SelectorScope, syntax: CallSyntax): Expression | undefined {
  const { tests, nodes } = scope.listFunctions;
  const test = tests.get(syntax.name);
  if (test !== undefined) return compileTest(scope, syntax, test);
  const own = nodes.get(syntax.name);
  return own === undefined ? undefined : compileNodesOf(scope, syntax, own);
}

function compileTest(scope: SelectorScope, syntax: CallSyntax, test: ListTest): Expression {
  const list = listOf(scope, syntax);
  const value = scope.compile(syntax.arguments[0]!);
  if (value.type !== 'nodes') {
    const text = unmarked(value.marks, asString(value));
    return {
      type: 'boolean',
      marks: false,
      evaluate: (context, node, position, size) => test.holds(text(context, node, position, size), list),
      sources: noSources,
    };
  }
  const all = unmarked(value.marks, allOf(value));
  return {
    type: 'boolean',
    marks: test.whole,
    needs: value.needs,
    evaluate(context, node, position, size) {
      for (const one of all(context, node, position, size)) {
        if (!test.holds(test.words(context, one), list)) continue;
        if (test.whole) markUsed(context, one);
        return true;
      }
      return false;
    },
    sources: noSources,
  };
}

/** With other words there the test would not hold, so the words are marked as used. */
function markUsed({ tree, journal }: SelectorContext, node: Node): void {
  for (const fact of factsOf(tree, node)) journal.used(fact);
}

function compileNodesOf(scope: SelectorScope, syntax: CallSyntax, own: ListFunction): Expression {
  const list = listOf(scope, syntax);
  const value = compileNodes(scope, syntax.arguments[0]!);
  const all = unmarked(value.marks, allOf(value));
  return {
    type: 'nodes',
    marks: false,
    needs: value.needs,
    walk: (context, node, sink, position, size) =>
      visitAll(context, inOrder(own(context, all(context, node, position, size), list)), sink),
  };
}

/** The list that the second argument names. The name must be written in the selector. */
function listOf({ lists }: SelectorScope, syntax: CallSyntax): WordList {
  const [, named, ...more] = syntax.arguments;
  if (named?.kind !== 'literal' || more.length > 0) {
    const shape = `${syntax.name}() takes a selector and the name of a word list in quotes`;
    throw new SelectorError(shape, (named ?? syntax).start);
  }
  const list = lists.get(named.value);
  if (list !== undefined) return list;
  const message = `there is no word list "${named.value}" in words/${suggestion(named.value, lists.keys())}`;
  throw new SelectorError(message, named.start);
}

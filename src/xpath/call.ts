/**
 * Function calls (XPath 1.0, 3.2): functions of XPath, functions that the caller of the compiler adds, and named
 * conditions.
 */
import { ONE_OF } from './code-list.js';
import { coreFunctions } from './core-functions.js';
import { allOf, inOrder, unmarked, type Expression, type NodesExpression } from './expression.js';
import { compileListCall } from './list-call.js';
import { suggestion } from './nearest.js';
import type { NodeFunction } from './node-function.js';
import { compileNodes } from './path.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { visitAll } from './sink.js';
import type { CallSyntax } from './syntax.js';

/** Functions of XPath that a selector has no use for, each with a message that says what to write instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['namespace-uri', 'namespace-uri() is not supported: CDA names have no prefix, others sdtc: or xsi:'],
  ['lang', 'lang() is not supported: CDA gives a language as languageCode or @language'],
]);

export function compileCall(scope: SelectorScope, syntax: CallSyntax): Expression {
  const { name } = syntax;
  const own = scope.functions.get(name);
  if (own !== undefined) {
    checkCount(syntax, own.minArguments, own.maxArguments);
    return compileOwn(
      own,
      syntax.arguments.map((argument) => compileNodes(scope, argument)),
    );
  }
  const listed = compileListCall(scope, syntax);
  if (listed !== undefined) return listed;
  const condition = scope.conditions.get(name);
  if (condition !== undefined) {
    checkCount(syntax, 0, 0);
    return condition;
  }
  if (name === ONE_OF)
    throw new SelectorError("one-of() must stand after =, as in @code=one-of('routes')", syntax.start);
  const core = coreFunctions.get(name);
  if (core === undefined) {
    const known = [
      ...scope.functions.keys(),
      ...scope.listFunctions.tests.keys(),
      ...scope.listFunctions.nodes.keys(),
      ...scope.conditions.keys(),
      ...coreFunctions.keys(),
    ];
    throw new SelectorError(REFUSED.get(name) ?? `Unknown function ${name}()${suggestion(name, known)}`, syntax.start);
  }
  checkCount(syntax, core.minimum, core.maximum);
  return core.compile(
    syntax.arguments.map((argument) => (core.nodes ? compileNodes(scope, argument) : scope.compile(argument))),
  );
}

function checkCount(syntax: CallSyntax, minimum: number, maximum: number): void {
  const count = syntax.arguments.length;
  if (count >= minimum && count <= maximum) return;
  const wanted =
    minimum === maximum ? String(minimum) : maximum === Infinity ? `${minimum} or more` : `${minimum} to ${maximum}`;
  // The first argument that is too many; the call itself if there are too few.
  const place = syntax.arguments[maximum] ?? syntax;
  throw new SelectorError(
    `${syntax.name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`,
    place.start,
  );
}

/** Nobody knows here which values made the function choose its nodes, so its arguments leave no marks. */
function compileOwn(own: NodeFunction, values: readonly NodesExpression[]): NodesExpression {
  const each = values.map((value) => unmarked(value.marks, allOf(value)));
  return {
    type: 'nodes',
    marks: false,
    needs: own.strict === true ? values[0]?.needs : undefined,
    walk(context, node, sink, position, size) {
      const nodes = own.call(
        context,
        node,
        each.map((all) => all(context, node, position, size)),
      );
      return visitAll(context, inOrder(nodes), sink);
    },
  };
}

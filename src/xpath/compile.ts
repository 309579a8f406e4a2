/** Compiles selectors. A selector is XPath 1.0; it is compiled once and run on every document. */
import type { Names } from '../xml/names.js';
import { compileCall } from './call.js';
import { compileComparison } from './comparison.js';
import { compileOneOf } from './equality.js';
import {
  asBoolean,
  asNumber,
  noSources,
  sourcesOfAll,
  type BooleanExpression,
  type Evaluate,
  type Expression,
  type NodesExpression,
  type NumberExpression,
} from './expression.js';
import { listedTexts } from './code-list.js';
import { parseSelector, type ParseSelector } from './grammar.js';
import { compileEither, compileLogic } from './logic.js';
import type { ListFunctions, NodeFunction } from './node-function.js';
import { unionOf } from './document-order.js';
import { compileNodes, compilePath, compileUnion } from './path.js';
import { asksFor } from './predicate.js';
import type { SelectorScope, SelectorType } from './scope.js';
import type { Arithmetic, OperationSyntax, Syntax } from './syntax.js';
import { CompiledSelector, type Selector } from './selector.js';
import { SelectorError } from './selector-error.js';
import { compileSelectorTree, type SelectorTree } from './selector-tree.js';
import { compileVariable } from './variable.js';
import { askedOnce, searchesDocument, varies } from './whole-document.js';
import type { WordList } from './word-list.js';

export type { ListFunctions, NodeFunction } from './node-function.js';
export type { SelectorType } from './scope.js';
export type { Selector } from './selector.js';

export interface SelectorOptions {
  /** The vocabulary. A name that it does not have is a mistake. The trees must be numbered by the same vocabulary. */
  readonly names: Names;
  /** Functions that are added to those of XPath. */
  readonly functions?: ReadonlyMap<string, NodeFunction>;
  /** The variables that a selector may name, with their types. Their values come with the context. */
  readonly variables?: ReadonlyMap<string, SelectorType>;
  /** Names for nodes that a selector may start from. Such a name hides a variable of the same name. */
  readonly bound?: ReadonlyMap<string, NodesExpression>;
  /** Named conditions and named nodes (see compileCondition). */
  readonly conditions?: ReadonlyMap<string, Condition | NamedNodes>;
  /** Functions that take the name of a word list. */
  readonly listFunctions?: ListFunctions;
  /** The word lists, by name. */
  readonly lists?: ReadonlyMap<string, WordList>;
  /** The code lists for `one-of()`, by name. */
  readonly codeLists?: ReadonlyMap<string, readonly string[]>;
  /** How a selector is parsed; by the grammar if absent. */
  readonly parse?: ParseSelector;
  /** The parts compiled so far, by kind and text. Selectors share them if all their other options are the same. */
  readonly compiled?: Map<string, Expression>;
}

/** A condition that selectors can call by its name. */
export type Condition = BooleanExpression;

/** Nodes that selectors can call by a name. They are found from the context node. */
export type NamedNodes = NodesExpression;

/**
 * Compiles a selector. Throws SelectorError, with the offset of the mistake, if the text is not XPath, has a name that
 * CDA does not have, or uses something that is not supported.
 *
 *   const selector = compileSelector("templateId/@root='2.16.840.1.113883.10.20.22.4.4'", { names: vocabulary });
 *   selector.boolean(context, observation);
 */
export function compileSelector(text: string, options: SelectorOptions): Selector {
  const syntax = (options.parse ?? parseSelector)(text);
  return new CompiledSelector(text, syntax, sharingScope(text, options).compile(syntax));
}

/**
 * Compiles a condition that selectors call by a name, such as `happened()`. It is asked of the context node, and writes
 * the same marks as if its text stood in the selector. It may name other conditions. Throws as compileSelector does.
 *
 *   const happened = compileCondition("@moodCode='EVN' or not(@moodCode)", { names: vocabulary });
 *   compileSelector('observation[happened()]', { names: vocabulary, conditions: new Map([['happened', happened]]) });
 */
export function compileCondition(text: string, options: SelectorOptions): Condition {
  const syntax = (options.parse ?? parseSelector)(text);
  // The position would be that of the place where the condition is called.
  for (const name of ['position', 'last'])
    if (asksFor(syntax, name)) throw new SelectorError(`A condition can't ask for ${name}()`, syntax.start);
  const expression = sharingScope(text, options).compile(syntax);
  const { marks, needs, ownNames } = expression;
  const truth = asBoolean(expression);
  const condition: Condition =
    expression.type === 'boolean'
      ? expression
      : {
          type: 'boolean',
          marks,
          ...(needs === undefined ? {} : { needs }),
          ownNames,
          evaluate: truth,
          sources: noSources,
        };
  if (varies(syntax, options.conditions ?? new Map())) return { ...condition, varies: true };
  return searchesDocument(syntax) ? askedOnce(condition) : condition;
}

/** Compiles nodes that selectors call by a name, such as `drug-product()/code`. Throws as compileSelector does. */
export function compileNamedNodes(text: string, options: SelectorOptions): NamedNodes {
  const syntax = (options.parse ?? parseSelector)(text);
  const nodes = compileNodes(sharingScope(text, options), syntax);
  return varies(syntax, options.conditions ?? new Map()) ? { ...nodes, varies: true } : nodes;
}

/** Joins conditions into one: one of them must hold (`or`), or all (`and`). They are asked in their order. */
export function compileTests(operator: 'and' | 'or', tests: readonly Condition[]): Condition {
  const together =
    operator === 'or'
      ? (compileEither(tests) as Condition)
      : tests.reduce((all, test) => compileLogic(operator, all, test));
  return tests.some((test) => test.varies) ? { ...together, varies: true } : together;
}

/** The nodes of all of these, each once, in document order. */
export function anyNodes(several: readonly NamedNodes[]): NamedNodes {
  const together = several.reduce(unionOf);
  return several.some((nodes) => nodes.varies) ? { ...together, varies: true } : together;
}

/**
 * Compiles the syntax of a selector for callers that need the expression and not a selector. Throws as compileSelector
 * does.
 */
export function compileExpression(
  text: string,
  options: SelectorOptions,
): { readonly syntax: Syntax; readonly expression: Expression } {
  const syntax = (options.parse ?? parseSelector)(text);
  return { syntax, expression: sharingScope(text, options).compile(syntax) };
}

/** Compiles selectors with the same start into one walk (see selector-tree.ts). */
export function compileTogether(selectors: readonly Selector[], options: SelectorOptions): SelectorTree {
  const scope = scopeOf(options);
  return compileSelectorTree(selectors, (piece) => compileNodes(scope, piece));
}

/**
 * A scope that compiles each part of a text only once, also if another selector has the same part. Two of three parts
 * in a mapping set occur more than once. What a part means depends only on its text.
 */
function sharingScope(text: string, options: SelectorOptions): SelectorScope {
  const { compiled } = options;
  if (compiled === undefined) return scopeOf(options);
  const scope: SelectorScope = {
    ...scopeOf(options),
    compile(part) {
      const key = `${part.kind} ${text.slice(part.start, part.end)}`;
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const expression = compile(scope, part);
      compiled.set(key, expression);
      return expression;
    },
  };
  return scope;
}

const NO_LIST_FUNCTIONS: ListFunctions = { tests: new Map(), nodes: new Map() };

function scopeOf(options: SelectorOptions): SelectorScope {
  const { names, functions, variables, bound, conditions, listFunctions, lists, codeLists } = options;
  const scope: SelectorScope = {
    names,
    functions: functions ?? new Map(),
    variables: variables ?? new Map(),
    bound: bound ?? new Map(),
    conditions: conditions ?? new Map(),
    listFunctions: listFunctions ?? NO_LIST_FUNCTIONS,
    lists: lists ?? new Map(),
    codeLists: codeLists ?? new Map(),
    compile: (part) => compile(scope, part),
  };
  return scope;
}

function compile(scope: SelectorScope, syntax: Syntax): Expression {
  switch (syntax.kind) {
    case 'path':
      return compilePath(scope, syntax);
    case 'union':
      return compileUnion(scope, syntax);
    case 'operation':
      return compileOperation(scope, syntax);
    case 'negation':
      return arithmetic([scope.compile(syntax.operand)], (value) => -value);
    case 'literal':
      return { type: 'string', marks: false, evaluate: () => syntax.value, sources: noSources, constant: syntax.value };
    case 'texts':
      throw new SelectorError("A list of texts must stand after =, as in @code=('a','b')", syntax.start);
    case 'number':
      return { type: 'number', marks: false, evaluate: () => syntax.value, sources: noSources, constant: syntax.value };
    case 'variable':
      return compileVariable(scope, syntax);
    case 'call':
      return compileCall(scope, syntax);
  }
}

function compileOperation(scope: SelectorScope, syntax: OperationSyntax): Expression {
  const { operator } = syntax;
  const texts = operator === '=' ? listedTexts(scope, syntax.right) : undefined;
  if (texts !== undefined) {
    return { type: 'boolean', sources: noSources, ...compileOneOf(scope.compile(syntax.left), texts) };
  }
  if (operator === 'or') return compileEither(alternativesOf(syntax).map((alternative) => scope.compile(alternative)));
  const [left, right] = [scope.compile(syntax.left), scope.compile(syntax.right)];
  switch (operator) {
    case 'and':
      return compileLogic(operator, left, right);
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { type: 'boolean', sources: noSources, ...compileComparison(operator, left, right) };
    default:
      return arithmetic([left, right], ARITHMETIC[operator]);
  }
}

/** All alternatives of `a or b or c`, which is `(a or b) or c`. */
function alternativesOf(syntax: Syntax): Syntax[] {
  return syntax.kind === 'operation' && syntax.operator === 'or'
    ? [...alternativesOf(syntax.left), ...alternativesOf(syntax.right)]
    : [syntax];
}

/** XPath 1.0, 3.5. The result of `mod` has the sign of the left side, as in JavaScript. */
const ARITHMETIC: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  div: (left, right) => left / right,
  mod: (left, right) => left % right,
};

function arithmetic(
  operands: readonly Expression[],
  result: (left: number, right: number) => number,
): NumberExpression {
  const [left, right = () => NaN] = operands.map(asNumber) as [Evaluate<number>, Evaluate<number>?];
  return {
    type: 'number',
    marks: operands.some((operand) => operand.marks),
    evaluate: (context, node, position, size) =>
      result(left(context, node, position, size), right(context, node, position, size)),
    sources: sourcesOfAll(operands),
  };
}

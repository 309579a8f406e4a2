import type { Names } from '../xml/names.js';
import type { BooleanExpression, Expression, NodesExpression } from './expression.js';
import type { ListFunctions, NodeFunction } from './node-function.js';
import type { Syntax } from './syntax.js';
import type { WordList } from './word-list.js';

export type SelectorType = Expression['type'];

/** What a selector being compiled may name, and how its parts are compiled. */
export interface SelectorScope {
  readonly names: Names;
  readonly functions: ReadonlyMap<string, NodeFunction>;
  readonly variables: ReadonlyMap<string, SelectorType>;
  /** Names for nodes (`$concern`), compiled; they come before variables. */
  readonly bound: ReadonlyMap<string, NodesExpression>;
  /** Called like functions, without arguments: `happened()`. */
  readonly conditions: ReadonlyMap<string, BooleanExpression | NodesExpression>;
  /** Those that take a word list, and the lists by name. */
  readonly listFunctions: ListFunctions;
  readonly lists: ReadonlyMap<string, WordList>;
  /** The code lists that `one-of()` may name. */
  readonly codeLists: ReadonlyMap<string, readonly string[]>;
  readonly compile: (syntax: Syntax) => Expression;
}

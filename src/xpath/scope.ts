import type { Names } from '../xml/names.js';
import type { BooleanExpression, Expression, NodesExpression } from './expression.js';
import type { ListFunctions, NodeFunction } from './node-function.js';
import type { Syntax } from './syntax.js';
import type { WordList } from './word-list.js';

export type SelectorType = Expression['type'];

/** What a selector may name while it is compiled, and how its parts are compiled. */
export interface SelectorScope {
  readonly names: Names;
  readonly functions: ReadonlyMap<string, NodeFunction>;
  readonly variables: ReadonlyMap<string, SelectorType>;
  /** Compiled names for nodes (`$concern`). Such a name hides a variable of the same name. */
  readonly bound: ReadonlyMap<string, NodesExpression>;
  /** Named conditions and nodes, which are called like functions without arguments: `happened()`. */
  readonly conditions: ReadonlyMap<string, BooleanExpression | NodesExpression>;
  /** The functions that take a word list, and the lists by name. */
  readonly listFunctions: ListFunctions;
  readonly lists: ReadonlyMap<string, WordList>;
  /** The code lists for `one-of()`, by name. */
  readonly codeLists: ReadonlyMap<string, readonly string[]>;
  readonly compile: (syntax: Syntax) => Expression;
}

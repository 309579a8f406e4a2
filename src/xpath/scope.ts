import type { Names } from '../xml/names.js';
import type { BooleanExpression, Expression } from './expression.js';
import type { NodeFunction } from './node-function.js';
import type { Syntax } from './syntax.js';

export type SelectorType = Expression['type'];

/** What a selector being compiled may name, and how its parts are compiled. */
export interface Scope {
  readonly names: Names;
  readonly functions: ReadonlyMap<string, NodeFunction>;
  readonly variables: ReadonlyMap<string, SelectorType>;
  /** Called like functions, without arguments: `happened()`. */
  readonly conditions: ReadonlyMap<string, BooleanExpression>;
  readonly compile: (syntax: Syntax) => Expression;
}

/**
 * What a selector says, as a tree (XPath 1.0, 2 and 3). The compiler walks it, and so does the check of a mapping
 * against the CDA model. Each part knows its place in the text, so that a mistake can be pointed at.
 */

/** Offsets into the selector's text, from 0; `end` is after the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Syntax =
  | PathSyntax
  | UnionSyntax
  | OperationSyntax
  | NegationSyntax
  | LiteralSyntax
  | TextsSyntax
  | NumberSyntax
  | VariableSyntax
  | CallSyntax;

/** `a/b/@c`, `/ClinicalDocument`, `(a|b)[1]/c`, `author()/time`. */
export interface PathSyntax extends Span {
  readonly kind: 'path';
  /** Whether it starts at the document node instead of the context node. Never together with a filter. */
  readonly absolute: boolean;
  /** An expression that gives the nodes to start from, if the path does not start from the context node. */
  readonly filter?: FilterSyntax;
  readonly steps: readonly StepSyntax[];
}

export interface FilterSyntax {
  readonly expression: Syntax;
  readonly predicates: readonly Syntax[];
}

/** `//` is a step of its own: `descendant-or-self::node()`. */
export interface StepSyntax extends Span {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly Syntax[];
}

export const AXES = [
  'child',
  'attribute',
  'descendant',
  'descendant-or-self',
  'parent',
  'self',
  'following-sibling',
  'preceding-sibling',
  'ancestor',
  'ancestor-or-self',
] as const;

export type Axis = (typeof AXES)[number];

export type NodeTest = NameTest | { readonly kind: 'any' } | { readonly kind: 'node' } | { readonly kind: 'text' };

export interface NameTest extends Span {
  readonly kind: 'name';
  /** As the vocabulary has it: `observation`, `sdtc:raceCode`. */
  readonly name: string;
}

export interface UnionSyntax extends Span {
  readonly kind: 'union';
  readonly left: Syntax;
  readonly right: Syntax;
}

export type Operator = 'or' | 'and' | ComparisonOperator | Arithmetic;
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | 'div' | 'mod';

export interface OperationSyntax extends Span {
  readonly kind: 'operation';
  readonly operator: Operator;
  readonly left: Syntax;
  readonly right: Syntax;
}

/** `-x` */
export interface NegationSyntax extends Span {
  readonly kind: 'negation';
  readonly operand: Syntax;
}

export interface LiteralSyntax extends Span {
  readonly kind: 'literal';
  readonly value: string;
}

/** `('a', 'b')` after `=`: one of these. XPath 2.0 has this (3.4.1); XPath 1.0 would say `… = 'a' or … = 'b'`. */
export interface TextsSyntax extends Span {
  readonly kind: 'texts';
  readonly values: readonly LiteralSyntax[];
}

export interface NumberSyntax extends Span {
  readonly kind: 'number';
  readonly value: number;
}

/** `$level` */
export interface VariableSyntax extends Span {
  readonly kind: 'variable';
  readonly name: string;
}

export interface CallSyntax extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Syntax[];
}

/** The core functions (XPath 1.0, 4), compiled for the arguments that they are given. */
import { isText, nodeName, NONE, type Node, type Tree } from '../xml/tree.js';
import {
  characterCount,
  normalizeSpace,
  substring,
  substringAfter,
  substringBefore,
  translate,
  translation,
} from './characters.js';
import {
  allOf,
  asBoolean,
  asNumber,
  asString,
  firstOf,
  inOrder,
  noSources,
  sourcesOfAll,
  unmarked,
  type BooleanExpression,
  type Evaluate,
  type Expression,
  type NodesExpression,
  type NumberExpression,
  type StringExpression,
} from './expression.js';
import { elementById } from './element-by-id.js';
import { parseNumber } from './number.js';
import { SelectorError } from './selector-error.js';
import { visitAll } from './sink.js';
import { factsOf, stringOfNode } from './text.js';
import { bare } from './word-list.js';

export interface CoreFunction {
  readonly minimum: number;
  readonly maximum: number;
  /**
   * The types of the arguments. An argument of any type can become a string, number or truth value; nodes must be
   * nodes.
   */
  readonly nodes?: true;
  compile(values: readonly Expression[]): Expression;
}

/** The argument of a function that is called without arguments. */
const CONTEXT_NODE: NodesExpression = {
  type: 'nodes',
  marks: false,
  walk: (context, node, sink) => sink.visit(context, node),
};

export const coreFunctions: ReadonlyMap<string, CoreFunction> = new Map<string, CoreFunction>([
  ['last', { minimum: 0, maximum: 0, compile: () => number([], (_context, _node, _position, size) => size) }],
  ['position', { minimum: 0, maximum: 0, compile: () => number([], (_context, _node, position) => position) }],
  ['count', { minimum: 1, maximum: 1, nodes: true, compile: ([nodes]) => count(nodes as NodesExpression) }],
  ['sum', { minimum: 1, maximum: 1, nodes: true, compile: ([nodes]) => sum(nodes as NodesExpression) }],
  ['id', { minimum: 1, maximum: 1, compile: ([value]) => id(value!) }],
  ['name', { minimum: 0, maximum: 1, nodes: true, compile: ([nodes]) => nameOfFirst(nodes, writtenName) }],
  ['local-name', { minimum: 0, maximum: 1, nodes: true, compile: ([nodes]) => nameOfFirst(nodes, localName) }],
  ['string', { minimum: 0, maximum: 1, compile: ([value = CONTEXT_NODE]) => string([value], asString(value)) }],
  ['concat', { minimum: 2, maximum: Infinity, compile: concat }],
  ['substring', { minimum: 2, maximum: 3, compile: compileSubstring }],
  ['substring-before', { minimum: 2, maximum: 2, compile: (values) => ofTexts(values, substringBefore) }],
  ['substring-after', { minimum: 2, maximum: 2, compile: (values) => ofTexts(values, substringAfter) }],
  [
    'normalize-space',
    { minimum: 0, maximum: 1, compile: ([value]) => ofTexts([value ?? CONTEXT_NODE], normalizeSpace) },
  ],
  ['translate', { minimum: 3, maximum: 3, compile: compileTranslate }],
  ['string-length', { minimum: 0, maximum: 1, compile: ([value]) => stringLength(value ?? CONTEXT_NODE) }],
  [
    'starts-with',
    { minimum: 2, maximum: 2, compile: (values) => testTexts(values, (one, other) => one.startsWith(other)) },
  ],
  ['contains', { minimum: 2, maximum: 2, compile: (values) => testTexts(values, (one, other) => one.includes(other)) }],
  // XPath 2.0, 7.4.8. CDA documents have no other letters whose case depends on the language.
  ['lower-case', { minimum: 1, maximum: 1, compile: (values) => ofTexts(values, (text) => text.toLowerCase()) }],
  // Not in XPath: whether the text has one of these words, in any case. For the words of senders use a list:
  // mentions(x, 'list').
  ['has-word', { minimum: 2, maximum: Infinity, compile: hasWord }],
  ['boolean', { minimum: 1, maximum: 1, compile: ([value]) => boolean(value!.marks, asBoolean(value!)) }],
  ['not', { minimum: 1, maximum: 1, compile: ([value]) => not(value!) }],
  ['true', { minimum: 0, maximum: 0, compile: () => boolean(false, () => true) }],
  ['false', { minimum: 0, maximum: 0, compile: () => boolean(false, () => false) }],
  ['number', { minimum: 0, maximum: 1, compile: ([value = CONTEXT_NODE]) => number([value], asNumber(value)) }],
  ['floor', { minimum: 1, maximum: 1, compile: ([value]) => ofNumber(value!, Math.floor) }],
  ['ceiling', { minimum: 1, maximum: 1, compile: ([value]) => ofNumber(value!, Math.ceil) }],
  // Halves are rounded up (4.4), as in JavaScript.
  ['round', { minimum: 1, maximum: 1, compile: ([value]) => ofNumber(value!, Math.round) }],
]);

function string(values: readonly Expression[], evaluate: Evaluate<string>): StringExpression {
  return { type: 'string', marks: values.some((value) => value.marks), evaluate, sources: sourcesOfAll(values) };
}

function number(values: readonly Expression[], evaluate: Evaluate<number>): NumberExpression {
  return { type: 'number', marks: values.some((value) => value.marks), evaluate, sources: sourcesOfAll(values) };
}

function boolean(marks: boolean, evaluate: Evaluate<boolean>): BooleanExpression {
  return { type: 'boolean', marks, evaluate, sources: noSources };
}

function ofTexts(values: readonly Expression[], result: (...texts: string[]) => string): StringExpression {
  const texts = values.map(asString);
  const [only] = texts;
  if (only !== undefined && texts.length === 1)
    return string(values, (context, node, position, size) => result(only(context, node, position, size)));
  return string(values, (context, node, position, size) =>
    result(...texts.map((text) => text(context, node, position, size))),
  );
}

function ofNumber(value: Expression, result: (number: number) => number): NumberExpression {
  const of = asNumber(value);
  return number([value], (context, node, position, size) => result(of(context, node, position, size)));
}

function hasWord([value, ...words]: readonly Expression[]): BooleanExpression {
  const wanted = words.map((word) => (word.type === 'string' ? bare(word.constant ?? '') : ''));
  if (value === undefined || wanted.includes(''))
    throw new SelectorError("has-word() takes a text and words: has-word(text, 'no', 'none')", 0);
  const texts = value.type === 'nodes' ? textsOf(value) : oneText(value);
  const all = unmarked(value.marks, texts);
  return boolean(false, (context, node, position, size) =>
    all(context, node, position, size).some((text) => {
      const words = ` ${bare(text)} `;
      return wanted.some((word) => words.includes(` ${word} `));
    }),
  );
}

/** A test such as contains() is true for many texts. No fact has to be exactly what it is, so nothing is marked. */
function testTexts(values: readonly Expression[], holds: (one: string, other: string) => boolean): BooleanExpression {
  const [one, other] = values.map((value) => unmarked(value.marks, asString(value)));
  return boolean(false, (context, node, position, size) =>
    holds(one!(context, node, position, size), other!(context, node, position, size)),
  );
}

function concat(values: readonly Expression[]): StringExpression {
  return ofTexts(values, (...texts) => texts.join(''));
}

function compileSubstring(values: readonly Expression[]): StringExpression {
  const text = asString(values[0]!);
  const from = asNumber(values[1]!);
  const length = values[2] === undefined ? () => Infinity : asNumber(values[2]);
  return string(values, (context, node, position, size) =>
    substring(
      text(context, node, position, size),
      from(context, node, position, size),
      length(context, node, position, size),
    ),
  );
}

function compileTranslate(values: readonly Expression[]): StringExpression {
  const [, from, to] = values.map((value) => (value.type === 'string' ? value.constant : undefined));
  return from === undefined || to === undefined
    ? ofTexts(values, translate)
    : ofTexts(values.slice(0, 1), translation(from, to));
}

/** Many texts have the same length, so a length has no sources and leaves no marks. */
function stringLength(value: Expression): NumberExpression {
  const text = unmarked(value.marks, asString(value));
  return number([], (context, node, position, size) => characterCount(text(context, node, position, size)));
}

function not(value: Expression): BooleanExpression {
  const holds = unmarked(value.marks, asBoolean(value));
  return boolean(false, (context, node, position, size) => !holds(context, node, position, size));
}

function count(nodes: NodesExpression): NumberExpression {
  const all = unmarked(nodes.marks, allOf(nodes));
  return number([], (context, node, position, size) => all(context, node, position, size).length);
}

function sum(nodes: NodesExpression): NumberExpression {
  const all = allOf(nodes);
  const unmarkedAll = unmarked(nodes.marks, all);
  return {
    type: 'number',
    marks: nodes.marks,
    evaluate: (context, node, position, size) =>
      all(context, node, position, size).reduce(
        (total, each) => total + parseNumber(stringOfNode(context.tree, each)),
        0,
      ),
    sources: (context, node, position, size) =>
      unmarkedAll(context, node, position, size).flatMap((each) => factsOf(context.tree, each)),
  };
}

/** Each word of a text, or of the text of each node, is taken as the ID of an element (4.1). */
function id(value: Expression): NodesExpression {
  const texts: Evaluate<string[]> = unmarked(value.marks, value.type === 'nodes' ? textsOf(value) : oneText(value));
  return {
    type: 'nodes',
    marks: false,
    walk(context, node, sink, position, size) {
      const words = texts(context, node, position, size).flatMap((text) => normalizeSpace(text).split(' '));
      const elements = words.map((word) => elementById(context.tree, word));
      return visitAll(context, inOrder(elements.filter((element) => element !== NONE)), sink);
    },
  };
}

function textsOf(nodes: NodesExpression): Evaluate<string[]> {
  const all = allOf(nodes);
  return (context, node, position, size) =>
    all(context, node, position, size).map((each) => stringOfNode(context.tree, each));
}

function oneText(value: Expression): Evaluate<string[]> {
  const text = asString(value);
  return (context, node, position, size) => [text(context, node, position, size)];
}

function nameOfFirst(value: Expression | undefined, written: (tree: Tree, node: Node) => string): StringExpression {
  const nodes = (value ?? CONTEXT_NODE) as NodesExpression;
  const first = unmarked(nodes.marks, firstOf(nodes));
  return string([], (context, node, position, size) => {
    const found = first(context, node, position, size);
    return found < 0 ? '' : written(context.tree, found);
  });
}

/** The name as a selector writes it, whatever prefix the document uses. */
function writtenName(tree: Tree, node: Node): string {
  return isText(tree, node) ? '' : nodeName(tree, node).replace(/^\{.*\}/, '');
}

function localName(tree: Tree, node: Node): string {
  return writtenName(tree, node).replace(/^.*:/, '');
}

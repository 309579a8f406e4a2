/**
 * Parses selectors by the tables of the package `xpath`: its tokens, its grammar, its syntax tree. The package's own
 * parser does not say where a part stands or where it gave up. So the tables are run here, and the place of each token
 * and part is kept.
 *
 * The package is loaded by `require`, because its types would bring the whole DOM into the project and describe none of
 * this. It is loaded only when there is something to parse; the packaged mappings are already parsed (see
 * mapping/checked-set.ts).
 */
import { whenNeeded } from '../when-needed.js';
import { isBlank } from '../xml/characters.js';
import { SelectorError } from './selector-error.js';
import type { Span } from './syntax.js';

type Class<T> = abstract new (...parameters: never[]) => T;

interface Parser {
  tokenize(text: string): [types: number[], values: string[]];
  /** By the number of the production. Absent if the result is simply the first part. */
  readonly reduceActions: readonly (((parts: unknown[]) => unknown) | undefined)[];
}

interface ParserClass {
  new (): Parser;
  readonly LITERAL: number;
  readonly EQUALS: number;
  readonly LEFTPARENTHESIS: number;
  readonly RIGHTPARENTHESIS: number;
  readonly COMMA: number;
  readonly FUNCTIONNAME: number;
  /**
   * One row for each state, one character for each type of token: shift, reduce or accept. A blank is a syntax error.
   */
  readonly actionTable: readonly string[];
  readonly actionTableNumber: readonly string[];
  readonly gotoTable: readonly string[];
  /** For each production: its left side, the length of its right side, and the right side. */
  readonly productions: readonly (readonly number[])[];
}

export interface PackageBinary {
  readonly lhs: unknown;
  readonly rhs: unknown;
}
export interface PackageNodeTest {
  readonly type: number;
  readonly name?: string;
  readonly prefix?: string;
}
export interface PackageStep {
  readonly axis: number;
  readonly nodeTest: PackageNodeTest;
  readonly predicates: readonly unknown[];
}
export interface PackagePath {
  readonly filter?: unknown;
  readonly filterPredicates?: readonly unknown[];
  readonly locationPath?: { readonly absolute: boolean; readonly steps: readonly PackageStep[] };
}

interface XPathPackage {
  readonly XPathParser: ParserClass;
  readonly PathExpr: Class<PackagePath>;
  readonly Step: { readonly STEPNAMES: Readonly<Record<number, string>> };
  readonly NodeTest: Readonly<Record<'NAMETESTANY' | 'NAMETESTQNAME' | 'TEXT' | 'NODE', number>>;
  readonly FunctionCall: Class<{ readonly functionName: string; readonly arguments: readonly unknown[] }>;
  readonly VariableReference: Class<{ readonly variable: string }>;
  readonly XString: Class<{ readonly str: string }>;
  readonly XNumber: Class<{ readonly num: number }>;
  readonly UnaryMinusOperation: Class<{ readonly rhs: unknown }>;
  readonly BarOperation: Class<PackageBinary>;
  readonly OrOperation: Class<PackageBinary>;
  readonly AndOperation: Class<PackageBinary>;
  readonly EqualsOperation: Class<PackageBinary>;
  readonly NotEqualOperation: Class<PackageBinary>;
  readonly LessThanOperation: Class<PackageBinary>;
  readonly LessThanOrEqualOperation: Class<PackageBinary>;
  readonly GreaterThanOperation: Class<PackageBinary>;
  readonly GreaterThanOrEqualOperation: Class<PackageBinary>;
  readonly PlusOperation: Class<PackageBinary>;
  readonly MinusOperation: Class<PackageBinary>;
  readonly MultiplyOperation: Class<PackageBinary>;
  readonly DivOperation: Class<PackageBinary>;
  readonly ModOperation: Class<PackageBinary>;
}

export const xpathPackage = whenNeeded('xpath') as () => XPathPackage;

/** The package's syntax tree of a selector, and where its parts stand in the text. */
export interface Parsed {
  readonly root: unknown;
  readonly places: ReadonlyMap<object, Span>;
}

interface Token extends Span {
  readonly type: number;
  readonly value: string;
}

interface Part extends Span {
  state: number;
  readonly value: unknown;
}

let parser: Parser | undefined;

function theParser(): Parser {
  return (parser ??= new (xpathPackage().XPathParser)());
}

const END = 1;

const SHIFT = 's'.charCodeAt(0);
const REDUCE = 'r'.charCodeAt(0);
const ACCEPT = 'a'.charCodeAt(0);

/** Parses a text. Throws SelectorError if it is not XPath 1.0. */
export function parseByPackage(text: string): Parsed {
  const { XPathParser } = xpathPackage();
  const tokens = withNamedLists(tokenize(text));
  const places = new Map<object, Span>();
  const stack: Part[] = [{ state: 0, value: undefined, start: 0, end: 0 }];
  let next = 0;
  for (;;) {
    const token = tokens[next]!;
    const top = stack[stack.length - 1]!;
    const action = XPathParser.actionTable[top.state]!.charCodeAt(token.type - 1);
    const number = XPathParser.actionTableNumber[top.state]!.charCodeAt(token.type - 1) - 32;
    if (action === SHIFT) {
      stack.push({ state: number, value: token.value, start: token.start, end: token.end });
      next++;
    } else if (action === REDUCE) {
      reduce(stack, number, places);
    } else if (action === ACCEPT) {
      return { root: top.value, places };
    } else {
      const what =
        token.type === END ? 'The selector ends too early' : `Unexpected ${text.slice(token.start, token.end)}`;
      throw new SelectorError(what, token.start);
    }
  }
}

function reduce(stack: Part[], production: number, places: Map<object, Span>): void {
  const { XPathParser } = xpathPackage();
  const [left, length] = XPathParser.productions[production] as [number, number];
  const act = theParser().reduceActions[production];
  const first = stack[stack.length - length]!;
  let { value } = first;
  let grew = true;
  // Each name goes through a dozen productions that only rename it. These make nothing.
  if (act !== undefined || length > 1) {
    const parts = stack.splice(stack.length - length);
    const values = parts.map((part) => part.value);
    if (act !== undefined) value = act(values);
    grew = value === values[0];
    stack.push({ state: 0, value, start: first.start, end: parts[parts.length - 1]!.end });
  }
  const top = stack[stack.length - 1]!;
  // A part in brackets keeps its own place. A part that grew to the right gets its new end.
  if (typeof value === 'object' && value !== null) {
    const known = places.get(value);
    if (known === undefined || (grew && (known.start !== top.start || known.end !== top.end)))
      places.set(value, { start: top.start, end: top.end });
  }
  top.state = XPathParser.gotoTable[stack[stack.length - 2]!.state]!.charCodeAt(left - 2) - 33;
}

/** The name of a list of texts in the package's tree, because the package's grammar has no lists. */
export const LIST = ' list';

/** Turns `@code = ('a', 'b')` into a function call, which XPath 1.0 can parse. */
function withNamedLists(tokens: readonly Token[]): readonly Token[] {
  const { EQUALS, LEFTPARENTHESIS, RIGHTPARENTHESIS, LITERAL, COMMA, FUNCTIONNAME } = xpathPackage().XPathParser;
  const isList = (open: number): boolean => {
    let at = open + 1;
    while (tokens[at]?.type === LITERAL && tokens[at + 1]?.type === COMMA) at += 2;
    return tokens[at]?.type === LITERAL && tokens[at + 1]?.type === RIGHTPARENTHESIS;
  };
  return tokens.flatMap((token, index) => {
    const opens = token.type === LEFTPARENTHESIS && tokens[index - 1]?.type === EQUALS && isList(index);
    return opens ? [{ type: FUNCTIONNAME, value: LIST, start: token.start, end: token.start }, token] : [token];
  });
}

/** The tokens of the package with their places in the text. Between them is only white space. */
function tokenize(text: string): Token[] {
  const { LITERAL } = xpathPackage().XPathParser;
  const [types, values] = tokensOf(text);
  let offset = 0;
  const tokens = types.map((type, index): Token => {
    while (isBlank(text.charCodeAt(offset))) offset++;
    const value = values[index]!;
    const length = type === END ? 0 : value.length + (type === LITERAL ? 2 : 0);
    const token = { type, value, start: offset, end: offset + length };
    offset += length;
    return token;
  });
  if (offset !== text.length) throw new SelectorError('Unexpected character', offset);
  return tokens;
}

function tokensOf(text: string): [number[], string[]] {
  try {
    return theParser().tokenize(text);
  } catch {
    const blanked = text.replace(/'[^']*'|"[^"]*"/g, (literal) => "''".padEnd(literal.length));
    const quote = blanked.replaceAll("''", '  ').search(/['"]/);
    if (quote >= 0) throw new SelectorError(`The text that starts with ${text[quote]} does not end`, quote);
    let good = blanked.length;
    while (good > 0 && !hasTokens(blanked.slice(0, good))) good--;
    throw new SelectorError(`Unexpected character ${text[good]}`, good);
  }
}

function hasTokens(text: string): boolean {
  try {
    theParser().tokenize(text);
    return true;
  } catch {
    return false;
  }
}

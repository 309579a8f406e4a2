/**
 * The oracle: every selector is also run by the package `xpath` on a DOM by `@xmldom/xmldom`, and has to give the same.
 *
 * The DOM is made over first, so that both sides see the data model of XPath 1.0 (5) and our two conventions: elements
 * of CDA have no namespace there, so that names need no prefix; text is one node where CDATA, comments or references
 * split it; namespace declarations are no attributes; values of `xsi:type` have no prefix.
 */
import { createRequire } from 'node:module';
import {
  DOMImplementation,
  DOMParser,
  type Attr,
  type Document,
  type Element,
  type Node as DomNode,
} from '@xmldom/xmldom';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { Journal } from '../../src/xml/journal.js';
import { CDA_NAMESPACE, SDTC_NAMESPACE, XSI_NAMESPACE } from '../../src/xml/names.js';
import { readDocument } from '../../src/xml/read.js';
import { isAttribute, isElement, isText, nodeName, type Node, type Tree } from '../../src/xml/tree.js';
import { compileSelector, type Selector, type SelectorType } from '../../src/xpath/compile.js';
import type { SelectorContext } from '../../src/xpath/context.js';
import type { ListFunction, ListFunctions, ListTest, NodeFunction } from '../../src/xpath/node-function.js';
import { coreFunctions } from '../../src/xpath/core-functions.js';
import { parseSelector } from '../../src/xpath/grammar.js';
import type { Syntax } from '../../src/xpath/syntax.js';
import type { WordList } from '../../src/xpath/word-list.js';

const ELEMENT_NODE = 1;
const ATTRIBUTE_NODE = 2;
const TEXT_NODE = 3;
const CDATA_NODE = 4;

interface Result {
  nodeset(): { toArray(): DomNode[] };
  stringValue(): string;
  numberValue(): number;
  booleanValue(): boolean;
}
interface OraclePackage {
  parse(text: string): { evaluate(options: object): Result };
  readonly XNodeSet: { readonly prototype: { number(this: Result): Result; numberValue(this: Result): number } };
  readonly XNumber: new (text: string) => Result;
  readonly Step: { readonly ATTRIBUTE: number };
  readonly NodeTest: { readonly NODE: number };
  readonly PathExpr: { applyStep: (step: OracleStep, context: unknown, node: DomNode) => DomNode[] };
}
interface OracleStep {
  readonly axis: number;
  readonly nodeTest: { readonly type: number };
}
const oracle = createRequire(import.meta.url)('xpath') as OraclePackage;
correctOracle();

/** Where the package departs from XPath 1.0, it is put right, so that it can judge the rest. */
function correctOracle(): void {
  // 4.4: text that is no number gives NaN, also the text of no nodes; the package says 0.
  oracle.XNodeSet.prototype.number = function () {
    return new oracle.XNumber(this.stringValue());
  };
  oracle.XNodeSet.prototype.numberValue = function () {
    return new oracle.XNumber(this.stringValue()).numberValue();
  };
  // 2.3: a name or * means elements on every axis but that of attributes; the package takes `@code/self::*`.
  const { applyStep } = oracle.PathExpr;
  oracle.PathExpr.applyStep = (step, context, node) => {
    const nodes = applyStep(step, context, node);
    return step.axis === oracle.Step.ATTRIBUTE || step.nodeTest.type === oracle.NodeTest.NODE
      ? nodes
      : nodes.filter((found) => found.nodeType !== ATTRIBUTE_NODE);
  };
}

/** 4.1: text and the document have no name; the package says `#text`. */
function localName(context: { contextNode: DomNode }, nodes?: Result): string {
  const node = nodes === undefined ? context.contextNode : nodes.nodeset().toArray()[0];
  return node?.nodeType === ELEMENT_NODE || node?.nodeType === ATTRIBUTE_NODE
    ? ((node as Element).localName ?? '')
    : '';
}

/** Ours beside XPath: one of the words stands in one of the texts. */
function hasWord(_context: unknown, value: Result, ...words: Result[]): boolean {
  const texts =
    'toArray' in value
      ? value
          .nodeset()
          .toArray()
          .map((node) => node.textContent ?? '')
      : [value.stringValue()];
  const pattern = words.map((word) => word.stringValue()).join('|');
  return texts.some((text) => new RegExp(`(?<![\\p{L}\\p{N}])(${pattern})(?![\\p{L}\\p{N}])`, 'iu').test(text));
}

export interface Difference {
  readonly selector: string;
  /** Absolute path of the context node. */
  readonly from: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** How many evaluations were compared, and how many of those selected something or were not empty. */
  readonly compared: number;
  readonly telling: number;
  /** Selectors that call functions which XPath does not have, or name variables. */
  readonly skipped: readonly string[];
}

/** A document on both sides. */
export interface Beside {
  readonly context: SelectorContext;
  /** Where the two don't even see the same nodes. */
  readonly differences: readonly Difference[];
  /** A selector on our side. */
  selector(text: string): Selector;
  /** A selector on both sides; undefined for one that isn't XPath 1.0 and the functions given alone. */
  judge(text: string): Judge | undefined;
}

export interface Judge {
  readonly selector: Selector;
  /** How the two differ from this context node. */
  at(node: Node): Difference | undefined;
}

/** What was read of selectors, by their text: the same for every document with the same functions, and it takes longer than to judge. */
export class KnownSelectors {
  readonly #ours = new Map<string, Selector>();
  readonly #theirs = new Map<string, Theirs | undefined>();

  ours(text: string, compile: () => Selector): Selector {
    const known = this.#ours.get(text) ?? compile();
    this.#ours.set(text, known);
    return known;
  }

  /** Undefined for a selector that isn't XPath 1.0 and the functions given alone. */
  theirs(text: string, parse: () => Theirs | undefined): Theirs | undefined {
    if (!this.#theirs.has(text)) this.#theirs.set(text, parse());
    return this.#theirs.get(text);
  }

  clear(): void {
    this.#ours.clear();
    this.#theirs.clear();
  }
}

type Theirs = ReturnType<OraclePackage['parse']>;

/**
 * Reads a document on both sides. Functions beside those of XPath are ours on both: the oracle judges what a selector
 * makes of their nodes. `more` is what they need beside the tree.
 */
export function besideOracle(
  xmlText: string,
  functions: ReadonlyMap<string, NodeFunction> = new Map(),
  more: object = {},
  listFunctions: ListFunctions = { tests: new Map(), nodes: new Map() },
  lists: ReadonlyMap<string, WordList> = new Map(),
  selectors = new KnownSelectors(),
): Beside {
  const { tree } = readDocument(new TextEncoder().encode(xmlText), vocabulary);
  const context: SelectorContext = { ...more, tree, journal: new Journal(false), variables: new Map() };
  const ourPaths = pathsOf(tree);
  const theirPaths = new Map<DomNode, string>();
  indexDom(madeOver(xmlText), '', theirPaths);
  const byPath = new Map([...theirPaths].map(([node, path]) => [path, node]));
  const ourNodes = new Map(ourPaths.map((path, node) => [path, node]));
  const options = {
    namespaces: { sdtc: SDTC_NAMESPACE, xsi: XSI_NAMESPACE },
    functions: {
      'local-name': localName,
      'lower-case': (_context: unknown, value: Result) => value.stringValue().toLowerCase(),
      'has-word': hasWord,
      ...Object.fromEntries([...functions].map(([name, ours]) => [name, theirFunction(ours)])),
      ...Object.fromEntries([...listFunctions.tests].map(([name, ours]) => [name, theirTest(ours)])),
      ...Object.fromEntries([...listFunctions.nodes].map(([name, ours]) => [name, theirListFunction(ours)])),
    },
  };
  const known = new Set([...functions.keys(), ...listFunctions.tests.keys(), ...listFunctions.nodes.keys()]);

  function theirTest(ours: ListTest) {
    return (_context: unknown, value: Result, named: Result): boolean => {
      const list = lists.get(named.stringValue())!;
      if (!('toArray' in value)) return ours.holds(value.stringValue(), list);
      return oursOf(value).some((node) => ours.holds(ours.words(context, node), list));
    };
  }

  function theirListFunction(ours: ListFunction) {
    return (_context: unknown, value: Result, named: Result): DomNode[] =>
      ours(context, oursOf(value), lists.get(named.stringValue())!).map((node) => byPath.get(ourPaths[node]!)!);
  }

  function oursOf(value: Result): Node[] {
    return value
      .nodeset()
      .toArray()
      .map((node) => ourNodes.get(theirPaths.get(node)!)!);
  }

  function theirFunction(ours: NodeFunction) {
    const toOurs = (node: DomNode): Node => ourNodes.get(theirPaths.get(node)!)!;
    return ({ contextNode }: { contextNode: DomNode }, ...values: Result[]): DomNode[] =>
      ours
        .call(
          context,
          toOurs(contextNode),
          values.map((value) => value.nodeset().toArray().map(toOurs)),
        )
        .map((node) => byPath.get(ourPaths[node]!)!);
  }

  const ours = (text: string): Selector =>
    selectors.ours(text, () => compileSelector(text, { names: vocabulary, functions, listFunctions, lists }));

  return {
    context,
    differences: sameNodes(ourPaths, byPath),
    selector: ours,
    judge: (text) => {
      const theirs = selectors.theirs(text, () =>
        isPlain(parseSelector(text), known) ? oracle.parse(text) : undefined,
      );
      if (theirs === undefined) return undefined;
      const selector = ours(text);
      return {
        selector,
        at: (node) => {
          const ours = ourResult(selector, context, node, ourPaths);
          const result = theirs.evaluate({ ...options, node: byPath.get(ourPaths[node]!) });
          const other = theirResult(result, selector.type, theirPaths);
          return ours === other ? undefined : { selector: text, from: ourPaths[node]!, ours, theirs: other };
        },
      };
    },
  };
}

/**
 * Runs each selector from up to `contexts` nodes where it gives something, and as many where it does not; nodes are
 * compared by absolute path, values as they are. Selectors that aren't XPath 1.0 alone are skipped.
 */
export function compareWithOracle(xmlText: string, selectors: readonly string[], contexts = 12): Comparison {
  const beside = besideOracle(xmlText);
  const differences = [...beside.differences];
  const skipped: string[] = [];
  let [compared, telling] = [0, 0];
  for (const text of selectors) {
    const judge = beside.judge(text);
    if (judge === undefined) {
      skipped.push(text);
      continue;
    }
    for (const [node, full] of chooseContexts(judge.selector, beside.context, contexts)) {
      const difference = judge.at(node);
      compared++;
      if (full) telling++;
      if (difference !== undefined) differences.push(difference);
    }
  }
  return { differences, compared, telling, skipped };
}

function isPlain(syntax: Syntax, functions: ReadonlySet<string>): boolean {
  const arePlain = (parts: readonly Syntax[]): boolean => parts.every((part) => isPlain(part, functions));
  switch (syntax.kind) {
    case 'variable':
      return false;
    case 'call':
      return (
        ((coreFunctions.has(syntax.name) && !NOT_THERE.includes(syntax.name)) || functions.has(syntax.name)) &&
        arePlain(syntax.arguments)
      );
    case 'operation':
    case 'union':
      return arePlain([syntax.left, syntax.right]);
    case 'negation':
      return arePlain([syntax.operand]);
    case 'path':
      return (
        (syntax.filter === undefined || arePlain([syntax.filter.expression, ...syntax.filter.predicates])) &&
        syntax.steps.every((step) => arePlain(step.predicates))
      );
    default:
      return true;
  }
}

/** The package looks up id() by a DOM that knows no IDs. */
const NOT_THERE: readonly string[] = ['id'];

function* chooseContexts(selector: Selector, context: SelectorContext, limit: number): Generator<[Node, boolean]> {
  const counts = { full: 0, empty: 0 };
  const { count } = context.tree;
  // A stride that shares no factor with most counts spreads the choice over the whole document.
  for (let i = 0, node = 0; i < count && counts.full + counts.empty < 2 * limit; i++, node = (node + 7919) % count) {
    const full = selector.type === 'nodes' ? selector.nodes(context, node).length > 0 : selector.boolean(context, node);
    const kind = full ? 'full' : 'empty';
    if (counts[kind] >= limit) continue;
    counts[kind]++;
    yield [node, full];
  }
}

function ourResult(selector: Selector, context: SelectorContext, node: Node, paths: readonly string[]): string {
  switch (selector.type) {
    case 'nodes': {
      const nodes = selector.nodes(context, node);
      const first = selector.first(context, node);
      const firstIsFirst = first === (nodes[0] ?? -1) ? '' : ` but first is ${paths[first] ?? 'none'}`;
      return `${nodes.map((found) => paths[found]).join(' ')} = ${selector.string(context, node)}${firstIsFirst}`;
    }
    case 'number':
      return `${selector.number(context, node)} = ${selector.string(context, node)}`;
    case 'string':
      return selector.string(context, node);
    case 'boolean':
      return String(selector.boolean(context, node));
  }
}

function theirResult(result: Result, type: SelectorType, paths: ReadonlyMap<DomNode, string>): string {
  switch (type) {
    case 'nodes': {
      const nodes = result.nodeset().toArray();
      return `${nodes.map((found) => paths.get(found)).join(' ')} = ${result.stringValue()}`;
    }
    case 'number':
      return `${result.numberValue()} = ${result.stringValue()}`;
    case 'string':
      return result.stringValue();
    case 'boolean':
      return String(result.booleanValue());
  }
}

function sameNodes(ours: readonly string[], theirs: ReadonlyMap<string, DomNode>): Difference[] {
  const known = new Set(ours);
  const missing = [...theirs.keys()].filter((path) => !known.has(path));
  const added = ours.filter((path) => !theirs.has(path));
  return missing.length + added.length === 0
    ? []
    : [{ selector: '//node()', from: '/', ours: added.join(' '), theirs: missing.join(' ') }];
}

function pathsOf(tree: Tree): string[] {
  const paths = [''];
  const positions = new Map<string, number>();
  for (let n = 1; n < tree.count; n++) {
    const parent = paths[tree.parent[n]!]!;
    const name = isText(tree, n) ? 'text()' : nodeName(tree, n);
    paths.push(isAttribute(tree, n) ? `${parent}/@${name}` : positioned(`${parent}/${name}`, positions));
  }
  if (isElement(tree, 0)) throw new Error('node 0 is the document');
  return paths;
}

function positioned(path: string, positions: Map<string, number>): string {
  const position = (positions.get(path) ?? 0) + 1;
  positions.set(path, position);
  return `${path}[${position}]`;
}

function indexDom(node: DomNode, path: string, paths: Map<DomNode, string>): void {
  paths.set(node, path);
  const positions = new Map<string, number>();
  const { attributes } = node as Element;
  if (node.nodeType === ELEMENT_NODE) for (const each of attributes) paths.set(each, `${path}/@${canonicalName(each)}`);
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const name = child.nodeType === TEXT_NODE ? 'text()' : canonicalName(child as Element);
    indexDom(child, positioned(`${path}/${name}`, positions), paths);
  }
}

function canonicalName(node: Element | Attr): string {
  const local = node.localName ?? node.nodeName;
  if (node.namespaceURI === null) return local;
  if (node.namespaceURI === SDTC_NAMESPACE) return `sdtc:${local}`;
  return node.namespaceURI === XSI_NAMESPACE ? `xsi:${local}` : `{${node.namespaceURI}}${local}`;
}

function madeOver(xmlText: string): Document {
  const parser = new DOMParser({
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(message);
    },
  });
  const result = new DOMImplementation().createDocument(null, '');
  makeOver(parser.parseFromString(xmlText, 'text/xml').documentElement!, result, result);
  return result;
}

function makeOver(element: Element, into: DomNode, document: Document): void {
  const made = document.createElementNS(...madeOverName(element, element.namespaceURI === CDA_NAMESPACE));
  into.appendChild(made);
  for (const each of element.attributes) {
    if (each.namespaceURI === 'http://www.w3.org/2000/xmlns/') continue;
    const isType = each.namespaceURI === XSI_NAMESPACE && each.localName === 'type';
    const [namespace, name] = madeOverName(each, false);
    made.setAttributeNS(namespace, name, isType ? each.value.replace(/^.*?:/, '') : each.value);
  }
  let text = '';
  const flush = () => {
    if (text !== '') made.appendChild(document.createTextNode(text));
    text = '';
  };
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === TEXT_NODE || child.nodeType === CDATA_NODE) text += child.nodeValue ?? '';
    if (child.nodeType !== ELEMENT_NODE) continue;
    flush();
    makeOver(child as Element, made, document);
  }
  flush();
}

function madeOverName(node: Element | Attr, plain: boolean): [string | null, string] {
  const local = node.localName ?? node.nodeName;
  if (plain || node.namespaceURI === null) return [null, local];
  if (node.namespaceURI === SDTC_NAMESPACE) return [SDTC_NAMESPACE, `sdtc:${local}`];
  return node.namespaceURI === XSI_NAMESPACE ? [XSI_NAMESPACE, `xsi:${local}`] : [node.namespaceURI, `other:${local}`];
}

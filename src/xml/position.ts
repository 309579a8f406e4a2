/** Where a node stands in the document, for people: line and column, and an XPath that finds it again. */
import { onceByTree } from './by-node.js';
import { isBlank } from './characters.js';
import { nextLine, type Place } from './fault.js';
import { XML_NAMESPACE } from './namespaces.js';
import {
  firstChild,
  isAttribute,
  isElement,
  isText,
  nextSibling,
  nodeName,
  NONE,
  type Node,
  type Tree,
} from './tree.js';

const ordinalsIn = onceByTree((tree) => new Int32Array(tree.count));

/** Line and column of an offset in the source. Both count from 1; columns count UTF-16 units. */
export function lineColumn(tree: Tree, offset: number): Place {
  const starts = lineStarts(tree);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/**
 * Where a node begins: an element at its `<`, an attribute at its name, a text at its first character that is not white
 * space.
 */
export function positionOf(tree: Tree, node: Node): Place {
  if (isAttribute(tree, node)) return lineColumn(tree, attributeStart(tree, node));
  if (isText(tree, node)) return lineColumn(tree, textStart(tree, node));
  return lineColumn(tree, tree.start[node]!);
}

/**
 * The absolute XPath of a node: `/ClinicalDocument/recordTarget/patientRole/id[2]/@root`,
 * `/ClinicalDocument/title/text()`. A step has a position if there are siblings of the same name. CDA is the default
 * namespace, and `sdtc` and `xsi` are known. A name of another namespace is written `*[namespace-uri()='…' and
 * local-name()='…']`.
 */
export function xpathOf(read: Tree, node: Node): string {
  const tree = read.asWritten ?? read;
  if (node === 0) return '/';
  let path = '';
  for (let n = node; n > 0; n = tree.parent[n]!) path = `/${step(tree, n)}${path}`;
  return path;
}

function step(tree: Tree, node: Node): string {
  if (isAttribute(tree, node)) return `@${nameTest(nodeName(tree, node))}`;
  const test = isElement(tree, node) ? nameTest(nodeName(tree, node)) : 'text()';
  const ordinal = ordinalOf(tree, node);
  return ordinal === ONLY ? test : `${test}[${ordinal}]`;
}

function nameTest(name: string): string {
  const end = name.indexOf('}');
  if (end === -1) return name;
  const namespace = name.slice(1, end);
  const local = name.slice(end + 1);
  if (namespace === XML_NAMESPACE) return `xml:${local}`;
  const quote = namespace.includes("'") ? '"' : "'";
  return `*[namespace-uri()=${quote}${namespace}${quote} and local-name()='${local}']`;
}

/** For a node without siblings of the same name. */
const ONLY = -1;

/** The position of an element or text among its siblings of the same name, counted from 1, or ONLY. */
function ordinalOf(tree: Tree, node: Node): number {
  const ordinals = ordinalsIn(tree);
  // All children of a parent are numbered at once, so that thousands of siblings cost only one walk.
  if (ordinals[node] === 0) numberChildren(tree, tree.parent[node]!, ordinals);
  return ordinals[node]!;
}

function numberChildren(tree: Tree, parent: Node, ordinals: Int32Array): void {
  const latest = new Map<number, Node>();
  for (let n = firstChild(tree, parent); n !== NONE; n = nextSibling(tree, n)) {
    const before = latest.get(tree.name[n]!);
    if (before === undefined) ordinals[n] = ONLY;
    else {
      if (ordinals[before] === ONLY) ordinals[before] = 1;
      ordinals[n] = ordinals[before]! + 1;
    }
    latest.set(tree.name[n]!, n);
  }
}

/** Goes back from the value over the quote and the `=` to the beginning of the attribute's name. */
function attributeStart(tree: Tree, node: Node): number {
  const { source } = tree;
  let i = source.lastIndexOf('=', tree.start[node]! - 2);
  while (isBlank(source.charCodeAt(i - 1))) i--;
  while (!isBlank(source.charCodeAt(i - 1))) i--;
  return i;
}

/**
 * The first character of the text that is neither white space nor markup; the beginning of the text if there is none.
 */
function textStart(tree: Tree, node: Node): number {
  const { source } = tree;
  const end = tree.end[node]!;
  let i = skipBlank(source, tree.start[node]!);
  while (i < end) {
    if (source.startsWith('<!--', i)) i = source.indexOf('-->', i + 4) + '-->'.length;
    else if (source.startsWith('<?', i)) i = source.indexOf('?>', i) + '?>'.length;
    else if (source.startsWith('<![CDATA[', i)) i += '<![CDATA['.length;
    else if (source.startsWith(']]>', i)) i += ']]>'.length;
    else return i;
    i = skipBlank(source, i);
  }
  return tree.start[node]!;
}

const lineStarts = onceByTree(({ source }): Int32Array => {
  const starts = [0];
  // Nearly no document has a CR without LF. Without one, the fast search for LF finds all line ends.
  if (source.includes('\r') && /\r(?!\n)/.test(source))
    for (let next = nextLine(source, 0); next !== -1; next = nextLine(source, next)) starts.push(next);
  else for (let end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', end + 1)) starts.push(end + 1);
  return Int32Array.from(starts);
});

function skipBlank(source: string, offset: number): number {
  let i = offset;
  while (isBlank(source.charCodeAt(i))) i++;
  return i;
}

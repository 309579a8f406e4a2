/**
 * From characters to the tree, in one pass: every character is looked at once, every rule of well-formedness (XML 1.0,
 * 5th edition; Namespaces in XML 1.0) is checked on the way, and nothing is copied. The general parsers cost as much as
 * the whole conversion may.
 */
import { isBlank, skipBlank, skipName } from './characters.js';
import type { DocumentError } from './document-error.js';
import { illFormed, missingInTag, placeOf, tooCostly } from './fault.js';
import type { Issue } from './issue.js';
import type { Limits } from './limits.js';
import { skipComment, skipDeclaration, skipInstruction, skipMiscellany } from './miscellany.js';
import { createNamespaces, leaveScope, type Namespaces } from './namespaces.js';
import type { Names } from './names.js';
import { createNameTable, namesOf } from './name-table.js';
import { addNode, createNodes, finishTree, type Nodes } from './nodes.js';
import { createTagReader, scanStartTag, type TagReader } from './start-tag.js';
import { createTextRun, endText, scanCdata, scanText, type TextRun } from './text-run.js';
import { DOCUMENT, NONE, type Node, type Tree } from './tree.js';

export interface ParsedDocument {
  readonly tree: Tree;
  readonly issues: readonly Issue[];
}

const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const QUESTION = 0x3f;
const GREATER_THAN = 0x3e;

interface Parsing {
  readonly source: string;
  readonly limits: Limits;
  readonly nodes: Nodes;
  readonly namespaces: Namespaces;
  readonly tags: TagReader;
  readonly text: TextRun;
  /** The innermost open element. */
  element: Node;
  depth: number;
}

/**
 * Parses a decoded document, without byte order mark. Throws DocumentError at the first place that is not well-formed,
 * over a limit, or needs a DTD.
 *
 *   const { tree } = parseXml('<id root="1.2.3"/>', vocabulary, defaultLimits);
 */
export function parseXml(source: string, names: Names, limits: Limits): ParsedDocument {
  const issues: Issue[] = [];
  const nodes = createNodes(source, limits);
  const namespaces = createNamespaces(source, issues);
  const table = createNameTable(source, names, namespaces, limits);
  const tags = createTagReader(source, limits, nodes, table);
  const document = addNode(nodes, DOCUMENT, 0, NONE, 0, source.length);
  const parsing = { source, limits, nodes, namespaces, tags, text: createTextRun(), element: document, depth: 0 };

  let offset = skipMiscellany(source, skipDeclaration(source));
  if (source[offset] !== '<') throw noRoot(source, offset);
  offset = startElement(parsing, offset);
  while (parsing.element !== document) {
    offset = scanText(source, offset, parsing.text);
    offset = scanMarkup(parsing, offset);
  }
  offset = skipMiscellany(source, offset);
  if (offset < source.length) throw illFormed(source, offset, 'nothing but comments may follow the root element');
  nodes.last[document] = nodes.count - 1;
  return { tree: finishTree(nodes, namesOf(table)), issues };
}

/** Reads what begins with the `<` at `offset` inside the root element, and answers the offset after it. */
function scanMarkup(parsing: Parsing, offset: number): number {
  const { source } = parsing;
  if (offset === source.length) throw unclosed(parsing);
  switch (source.charCodeAt(offset + 1)) {
    case SLASH:
      return endElement(parsing, offset);
    case QUESTION:
      return skipInstruction(source, offset);
    case EXCLAMATION:
      if (source.startsWith('<!--', offset)) return skipComment(source, offset);
      if (source.startsWith('<![CDATA[', offset)) return scanCdata(source, offset, parsing.text);
      throw illFormed(source, offset, 'only a comment or a CDATA section may begin with "<!" here');
    default:
      return startElement(parsing, offset);
  }
}

function startElement(parsing: Parsing, offset: number): number {
  const { source, limits, nodes } = parsing;
  endText(parsing.text, nodes, parsing.element, limits.textLength);
  if (parsing.depth === limits.depth) {
    throw tooCostly(source, offset, `elements are nested more than ${limits.depth} deep`);
  }
  const element = nodes.count;
  const end = scanStartTag(parsing.tags, offset, parsing.element);
  parsing.element = element;
  parsing.depth++;
  return source.charCodeAt(end) === SLASH ? completeElement(parsing, end + '/>'.length) : end + '>'.length;
}

function endElement(parsing: Parsing, offset: number): number {
  const { source, limits, nodes, element } = parsing;
  endText(parsing.text, nodes, element, limits.textLength);
  const start = offset + '</'.length;
  const nameEnd = skipName(source, start);
  if (!closes(source, nodes.start[element]! + '<'.length, start, nameEnd)) throw mismatch(parsing, offset, nameEnd);
  const end = skipBlank(source, nameEnd);
  if (source.charCodeAt(end) !== GREATER_THAN) throw missingInTag(source, end, 'an end tag must end with ">"');
  return completeElement(parsing, end + '>'.length);
}

function completeElement(parsing: Parsing, end: number): number {
  const { nodes, namespaces, element } = parsing;
  nodes.last[element] = nodes.count - 1;
  nodes.end[element] = end;
  if (element === namespaces.scope) leaveScope(namespaces);
  parsing.element = nodes.parent[element]!;
  parsing.depth--;
  return end;
}

/** Whether the name in a start tag is the one between two offsets in an end tag. */
function closes(source: string, opened: number, start: number, end: number): boolean {
  const length = end - start;
  for (let i = 0; i < length; i++) {
    if (source.charCodeAt(opened + i) !== source.charCodeAt(start + i)) return false;
  }
  const after = source.charCodeAt(opened + length);
  return length > 0 && (isBlank(after) || after === GREATER_THAN || after === SLASH);
}

function noRoot(source: string, offset: number): DocumentError {
  if (offset < source.length) return illFormed(source, offset, 'a document must begin with "<"');
  return illFormed(source, offset, offset === 0 ? 'the document is empty' : 'the document has no element');
}

function unclosed({ source, nodes, element }: Parsing): DocumentError {
  return illFormed(
    source,
    source.length,
    `the document ends before the end tag of ${startTagAt(source, nodes, element)}`,
  );
}

function mismatch({ source, nodes, element }: Parsing, offset: number, nameEnd: number): DocumentError {
  if (nameEnd === source.length) return illFormed(source, nameEnd, 'the document ends inside a tag');
  const wanted = startTagAt(source, nodes, element);
  return illFormed(source, offset, `the end tag must be that of ${wanted}`);
}

function startTagAt(source: string, nodes: Nodes, element: Node): string {
  const start = nodes.start[element]!;
  const { line, column } = placeOf(source, start);
  return `<${source.slice(start + 1, skipName(source, start + 1))}> (line ${line}, column ${column})`;
}

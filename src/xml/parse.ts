/**
 * From characters to the tree, in one pass. Every character is looked at once, every rule of well-formedness (XML 1.0,
 * 5th edition; Namespaces in XML 1.0) is checked on the way, and nothing is copied. General parsers would take as long
 * as a whole conversion may take.
 */
import { isBlank, layOut, skipBlank, skipName, type Characters } from './characters.js';
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
  /** The vocabulary. */
  readonly names: Names;
  readonly characters: Characters;
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
 * Parses a decoded document without byte order mark. Throws DocumentError at the first place that is not well-formed,
 * is over a limit, or needs a DTD.
 *
 *   const { tree } = parseXml('<id root="1.2.3"/>', vocabulary, defaultLimits);
 */
export function parseXml(source: string, names: Names, limits: Limits): ParsedDocument {
  const issues: Issue[] = [];
  const characters = layOut(source);
  const nodes = createNodes(source, limits);
  const namespaces = createNamespaces(source, issues);
  const table = createNameTable(characters, names, namespaces, limits);
  const tags = createTagReader(characters, limits, nodes, table);
  const document = addNode(nodes, DOCUMENT, 0, NONE, 0, source.length);
  const parsing = {
    names,
    characters,
    limits,
    nodes,
    namespaces,
    tags,
    text: createTextRun(),
    element: document,
    depth: 0,
  };

  let offset = skipMiscellany(characters, skipDeclaration(source));
  if (source[offset] !== '<') throw noRoot(source, offset);
  offset = startElement(parsing, offset);
  while (parsing.element !== document) {
    offset = scanText(characters, offset, parsing.text);
    offset = scanMarkup(parsing, offset);
  }
  offset = skipMiscellany(characters, offset);
  if (offset < source.length) throw illFormed(source, offset, 'nothing but comments may follow the root element');
  nodes.last[document] = nodes.count - 1;
  return { tree: finishTree(nodes, namesOf(table)), issues };
}

/** Reads the markup at `offset`, which begins with `<` inside the root element, and answers the offset after it. */
function scanMarkup(parsing: Parsing, offset: number): number {
  const { source, codes } = parsing.characters;
  if (offset === source.length) throw unclosed(parsing);
  switch (codes[offset + 1]!) {
    case SLASH:
      return endElement(parsing, offset);
    case QUESTION:
      return skipInstruction(parsing.characters, offset);
    case EXCLAMATION:
      if (source.startsWith('<!--', offset)) return skipComment(parsing.characters, offset);
      if (source.startsWith('<![CDATA[', offset)) return scanCdata(parsing.characters, offset, parsing.text);
      throw illFormed(source, offset, 'only a comment or a CDATA section may begin with "<!" here');
    default:
      return startElement(parsing, offset);
  }
}

function startElement(parsing: Parsing, offset: number): number {
  const { limits, nodes } = parsing;
  const { source, codes } = parsing.characters;
  endText(parsing.text, nodes, parsing.element, limits.textLength);
  if (parsing.depth === limits.depth) {
    throw tooCostly(source, offset, `elements are nested more than ${limits.depth} deep`);
  }
  const element = nodes.count;
  const end = scanStartTag(parsing.tags, offset, parsing.element);
  parsing.element = element;
  parsing.depth++;
  return codes[end] === SLASH ? completeElement(parsing, end + '/>'.length) : end + '>'.length;
}

function endElement(parsing: Parsing, offset: number): number {
  const { limits, nodes, element } = parsing;
  const { source, codes } = parsing.characters;
  endText(parsing.text, nodes, element, limits.textLength);
  // If the end tag has the same characters as the start tag, nothing else must be checked.
  let opened = nodes.start[element]! + '<'.length;
  let i = offset + '</'.length;
  let c = codes[i]!;
  while (c === codes[opened]! && c !== GREATER_THAN && !isBlank(c)) {
    c = codes[++i]!;
    opened++;
  }
  const after = codes[opened]!;
  if (after !== GREATER_THAN && !isBlank(after)) throw mismatch(parsing, offset);
  if (c === GREATER_THAN) return completeElement(parsing, i + 1);
  const end = skipBlank(codes, i);
  if (end === i && end < source.length) throw mismatch(parsing, offset);
  if (codes[end] !== GREATER_THAN) throw missingInTag(source, end, 'an end tag must end with ">"');
  return completeElement(parsing, end + 1);
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

function noRoot(source: string, offset: number): DocumentError {
  if (offset < source.length) return illFormed(source, offset, 'a document must begin with "<"');
  return illFormed(source, offset, offset === 0 ? 'the document is empty' : 'the document has no element');
}

function unclosed(parsing: Parsing): DocumentError {
  const { source } = parsing.characters;
  return illFormed(source, source.length, `the document ends before the end tag of ${startTagAt(parsing)}`);
}

function mismatch(parsing: Parsing, offset: number): DocumentError {
  const { source, codes } = parsing.characters;
  const wanted = startTagAt(parsing);
  const nameEnd = skipName(codes, offset + '</'.length);
  return missingInTag(source, nameEnd === source.length ? nameEnd : offset, `the end tag must be that of ${wanted}`);
}

function startTagAt({ names, characters: { source, codes }, nodes, element }: Parsing): string {
  const start = nodes.start[element]!;
  const { line, column } = placeOf(source, start);
  const name = source.slice(start + 1, skipName(codes, start + 1));
  // The message may show a name of CDA. Any other name could be data of a patient, so it is not shown.
  const shown = names.list.includes(name) ? `<${name}>` : 'the element';
  return `${shown} (line ${line}, column ${column})`;
}

/** Start tags and their attributes (XML 1.0, 3.1; Namespaces in XML 1.0, 5 and 6). */
import {
  ATTRIBUTE_SPECIAL,
  BLANK_CHARACTER,
  classes,
  skipBlank,
  skipCharacter,
  skipName,
  type Characters,
} from './characters.js';
import { illFormed, missingInTag, tooCostly, unquotedValue } from './fault.js';
import type { Limits } from './limits.js';
import { declare, type Namespaces } from './namespaces.js';
import { attributeName, colonIn, elementName, prefixedAttributeName, type NameTable } from './name-table.js';
import { STRING_ATTRIBUTES } from './names.js';
import { addNode, nameNode, type Nodes } from './nodes.js';
import { decodeAttribute } from './references.js';
import { scanReference } from './scan-reference.js';
import { ATTRIBUTE, ELEMENT, ENCODED, type Node } from './tree.js';

export interface TagReader {
  readonly text: Characters;
  readonly limits: Limits;
  readonly nodes: Nodes;
  readonly names: NameTable;
  readonly namespaces: Namespaces;
  /** For each attribute name, the last element that had it. So a duplicate is found at once. */
  holder: Int32Array;
  /**
   * Attributes of this tag with a prefix that the tag may still declare. Three numbers each: node, and the two offsets
   * of the name.
   */
  readonly waiting: number[];
}

export function createTagReader(text: Characters, limits: Limits, nodes: Nodes, names: NameTable): TagReader {
  return {
    text,
    limits,
    nodes,
    names,
    namespaces: names.namespaces,
    holder: new Int32Array(1024),
    waiting: [],
  };
}

const GREATER_THAN = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const LESS_THAN = 0x3c;
const AMPERSAND = 0x26;
const LETTER_X = 0x78;

/**
 * Reads the tag whose `<` is at `open` and adds the element with its attributes. Answers the offset of the `>` or `/>`
 * that ends the tag.
 */
export function scanStartTag(reader: TagReader, open: number, parent: Node): number {
  const { limits, nodes, names } = reader;
  const { source, codes } = reader.text;
  const nameEnd = skipName(codes, open + 1);
  if (nameEnd === open + 1) throw illFormed(source, open, 'a "<" that begins no tag must be written &lt;');
  const element = addNode(nodes, ELEMENT, 0, parent, open, open);
  let count = 0;
  let i = nameEnd;
  for (;;) {
    const before = i;
    i = skipBlank(codes, i);
    const c = codes[i]!;
    if (c === GREATER_THAN || (c === SLASH && codes[i + 1] === GREATER_THAN)) break;
    if (i >= source.length) throw illFormed(source, i, 'the document ends inside a tag');
    const attributeEnd = skipName(codes, i);
    if (attributeEnd === i) throw illFormed(source, i, 'an attribute, ">" or "/>" must stand here');
    if (before === i) throw illFormed(source, i, 'white space must stand before an attribute');
    if (++count > limits.attributes) {
      throw tooCostly(source, i, `an element has more than ${limits.attributes} attributes`);
    }
    i = scanAttribute(reader, element, i, attributeEnd);
  }
  if (reader.waiting.length > 0) nameWaiting(reader, element);
  nameNode(nodes, element, elementName(names, open + 1, nameEnd));
  return i;
}

/** Reads one attribute after its name, and answers the offset after the closing quote. */
function scanAttribute(reader: TagReader, element: Node, start: number, nameEnd: number): number {
  const { limits, nodes, names } = reader;
  const { source, codes } = reader.text;
  const equals = skipBlank(codes, nameEnd);
  if (codes[equals] !== EQUALS) throw missingInTag(source, equals, 'an attribute must have "=" and a value');
  const open = skipBlank(codes, equals + 1);
  const quote = codes[open]!;
  if (quote !== QUOTE && quote !== APOSTROPHE) throw unquotedValue(source, open);
  const first = open + 1;
  let kind = ATTRIBUTE;
  let end = first;
  while ((classes[codes[end]!]! & ATTRIBUTE_SPECIAL) === 0) end++;
  if (codes[end] !== quote) {
    end = scanValueEnd(reader.text, end, quote);
    if (/[&\t\n\r]/.test(source.slice(first, end))) kind |= ENCODED;
  }
  if (end - first > limits.attributeLength) {
    throw tooCostly(source, first, `an attribute is longer than ${limits.attributeLength} characters`);
  }
  if (codes[start] === LETTER_X && isDeclaration(source, start, nameEnd)) {
    declareNamespace(reader, element, start, nameEnd, decodeAttribute(source.slice(first, end)));
    return end + 1;
  }
  const name = attributeName(names, start, nameEnd);
  const node =
    isBlank(codes[first]!) || isBlank(codes[end - 1]!)
      ? addTrimmed(reader, element, kind, name, source.slice(start, nameEnd), first, end)
      : addNode(nodes, kind, name, element, first, end);
  if (name === 0) reader.waiting.push(node, start, nameEnd);
  else checkUnique(reader, element, name, start);
  return end + 1;
}

function isBlank(code: number): boolean {
  return (classes[code]! & BLANK_CHARACTER) !== 0;
}

/** Adds an attribute whose value has white space around it, without that if its type takes none. */
function addTrimmed(
  { text: { codes }, nodes }: TagReader,
  element: Node,
  kind: number,
  name: number,
  written: string,
  first: number,
  end: number,
): Node {
  let [from, to] = [first, end];
  if (!STRING_ATTRIBUTES.has(written)) {
    while (from < to && isBlank(codes[from]!)) from++;
    while (to > from && isBlank(codes[to - 1]!)) to--;
  }
  return addNode(nodes, kind, name, element, from, to);
}

/** The offset of the closing quote of a value. It begins at the first character that the fast loop can't handle. */
function scanValueEnd(text: Characters, from: number, quote: number): number {
  const { source, codes } = text;
  let i = from;
  while (i < source.length) {
    const c = codes[i]!;
    if (c === quote) return i;
    if (c === LESS_THAN) throw illFormed(source, i, '"<" in an attribute must be written &lt;');
    if (c === AMPERSAND) {
      scanReference(source, i);
      i = source.indexOf(';', i) + 1;
    } else {
      i = skipCharacter(text, i);
    }
  }
  throw illFormed(source, i, 'the document ends inside an attribute');
}

function isDeclaration(source: string, start: number, end: number): boolean {
  return source.startsWith('xmlns', start) && (end === start + 5 || source[start + 5] === ':');
}

function declareNamespace(reader: TagReader, element: Node, start: number, nameEnd: number, namespace: string): void {
  const { limits, names, namespaces, text } = reader;
  if (namespace.length > limits.nameLength) {
    throw tooCostly(text.source, start, `a name is longer than ${limits.nameLength} characters`);
  }
  const prefix = colonIn(names, start, nameEnd) === -1 ? '' : text.source.slice(start + 'xmlns:'.length, nameEnd);
  declare(namespaces, element, prefix, namespace, start);
}

function nameWaiting(reader: TagReader, element: Node): void {
  const { waiting, nodes, names } = reader;
  for (let i = 0; i < waiting.length; i += 3) {
    const start = waiting[i + 1]!;
    const name = prefixedAttributeName(names, start, waiting[i + 2]!);
    nameNode(nodes, waiting[i]!, name);
    checkUnique(reader, element, name, start);
  }
  waiting.length = 0;
}

function checkUnique(reader: TagReader, element: Node, name: number, offset: number): void {
  if (name >= reader.holder.length) {
    const larger = new Int32Array(65_536);
    larger.set(reader.holder);
    reader.holder = larger;
  }
  if (reader.holder[name] === element) {
    throw illFormed(reader.text.source, offset, 'an attribute is given twice in one tag');
  }
  reader.holder[name] = element;
}

/**
 * From a name as written to its number (see names.ts), for one document.
 *
 * A document repeats a few hundred names tens of thousands of times. So a small table keeps the place where a name was
 * first seen and compares the characters there: no string is made, and no prefix is resolved again. A slot holds one
 * name; if two names share a slot, the newer one replaces the older one. Then the names are looked up in a Map, whose
 * hashing a sender can't foresee. So names that are chosen to collide cost only a little.
 */
import { illFormed, tooCostly } from './fault.js';
import { nameStartWidth, type Characters } from './characters.js';
import type { Limits } from './limits.js';
import { CDA_NAMESPACE, SDTC_NAMESPACE, XSI_NAMESPACE, type Names } from './names.js';
import { namespaceOf, type Namespaces } from './namespaces.js';

/** A name's number is 16 bits in the tree. */
const MOST_NAMES = 65_535;

const SLOTS = 2048;
/**
 * A slot holds four numbers: offset and length of the name as written, the generation of bindings in which it was
 * resolved, and its number.
 */
const SLOT_SIZE = 4;
/** The generation for names that don't depend on a binding: attributes without a prefix. */
const ANY_GENERATION = 0;

const COLON = 0x3a;

export interface NameTable {
  readonly text: Characters;
  readonly namespaces: Namespaces;
  readonly longest: number;
  readonly elements: Int32Array;
  readonly attributes: Int32Array;
  /** The vocabulary. The numbers of names that only this document has come after it. */
  readonly vocabulary: Names;
  readonly extra: Map<string, number>;
}

export function createNameTable(
  text: Characters,
  vocabulary: Names,
  namespaces: Namespaces,
  limits: Limits,
): NameTable {
  return {
    text,
    namespaces,
    longest: limits.nameLength,
    elements: new Int32Array(SLOTS * SLOT_SIZE),
    attributes: new Int32Array(SLOTS * SLOT_SIZE),
    vocabulary,
    extra: new Map(),
  };
}

/** The number of the element name between two offsets. */
export function elementName(table: NameTable, start: number, end: number): number {
  const { elements, namespaces } = table;
  const slot = slotOf(table.text.codes, start, end);
  if (holds(table.text.codes, elements, slot, start, end) && elements[slot + 2] === namespaces.generation) {
    return elements[slot + 3]!;
  }
  const colon = colonIn(table, start, end);
  const prefix = colon === -1 ? '' : table.text.source.slice(start, colon);
  const local = table.text.source.slice(colon === -1 ? start : colon + 1, end);
  const namespace = namespaceOf(namespaces, prefix, start);
  const name = namespace === CDA_NAMESPACE ? local : qualified(namespace, local);
  const id = numberOf(table, name, start);
  remember(elements, slot, start, end, namespaces.generation, id);
  return id;
}

/**
 * The number of the attribute name between two offsets. 0 if the name has a prefix: then it is resolved after the whole
 * tag was read, because the tag itself may declare the prefix (see `prefixedAttributeName`).
 */
export function attributeName(table: NameTable, start: number, end: number): number {
  const { attributes } = table;
  const slot = slotOf(table.text.codes, start, end);
  if (holds(table.text.codes, attributes, slot, start, end)) {
    return attributes[slot + 2] === ANY_GENERATION ? attributes[slot + 3]! : 0;
  }
  if (colonIn(table, start, end) !== -1) return 0;
  const id = numberOf(table, table.text.source.slice(start, end), start);
  remember(attributes, slot, start, end, ANY_GENERATION, id);
  return id;
}

export function prefixedAttributeName(table: NameTable, start: number, end: number): number {
  const { attributes, namespaces } = table;
  const slot = slotOf(table.text.codes, start, end);
  if (holds(table.text.codes, attributes, slot, start, end) && attributes[slot + 2] === namespaces.generation) {
    return attributes[slot + 3]!;
  }
  const colon = colonIn(table, start, end);
  const namespace = namespaceOf(namespaces, table.text.source.slice(start, colon), start);
  const id = numberOf(table, qualified(namespace, table.text.source.slice(colon + 1, end)), start);
  remember(attributes, slot, start, end, namespaces.generation, id);
  return id;
}

/** The vocabulary, followed by the names that only this document has. */
export function namesOf({ vocabulary, extra }: NameTable): Names {
  if (extra.size === 0) return vocabulary;
  return {
    list: [...vocabulary.list, ...extra.keys()],
    byName: new Map([...vocabulary.byName, ...extra]),
  };
}

function qualified(namespace: string, local: string): string {
  if (namespace === XSI_NAMESPACE) return `xsi:${local}`;
  if (namespace === SDTC_NAMESPACE) return `sdtc:${local}`;
  return `{${namespace}}${local}`;
}

function numberOf({ text, vocabulary, extra }: NameTable, name: string, offset: number): number {
  const known = vocabulary.byName.get(name) ?? extra.get(name);
  if (known !== undefined) return known;
  const id = vocabulary.list.length + extra.size;
  if (id > MOST_NAMES) {
    throw tooCostly(text.source, offset, `the document has more than ${MOST_NAMES} different names`);
  }
  extra.set(name, id);
  return id;
}

/**
 * The offset of the colon in a name, or -1. A qualified name has at most one colon, and not at an end (Namespaces in
 * XML 1.0, 4).
 */
export function colonIn({ text, longest }: NameTable, start: number, end: number): number {
  const { source, codes } = text;
  if (end - start > longest) throw tooCostly(source, start, `a name is longer than ${longest} characters`);
  let colon = -1;
  for (let i = start; i < end; i++) {
    if (codes[i] !== COLON) continue;
    if (colon !== -1 || i === start || nameStartWidth(codes, i + 1) === 0) {
      throw illFormed(source, start, 'a name may have one colon, between its prefix and its local part');
    }
    colon = i;
  }
  return colon;
}

/**
 * The length and three characters tell nearly all names of CDA apart. Reading every character would cost more than it
 * saves.
 */
function slotOf(codes: Uint16Array, start: number, end: number): number {
  const length = end - start;
  const first = codes[start]!;
  const middle = codes[start + (length >> 1)]!;
  const last = codes[end - 1]!;
  const hash = Math.imul(first + (middle << 5) + (last << 10) + (length << 15), 0x9e3779b1);
  return (hash >>> 21) * SLOT_SIZE;
}

function holds(codes: Uint16Array, slots: Int32Array, slot: number, start: number, end: number): boolean {
  const length = end - start;
  if (slots[slot + 1] !== length) return false;
  const first = slots[slot]!;
  for (let i = 0; i < length; i++) {
    if (codes[first + i] !== codes[start + i]!) return false;
  }
  return true;
}

function remember(slots: Int32Array, slot: number, start: number, end: number, generation: number, id: number): void {
  slots[slot] = start;
  slots[slot + 1] = end - start;
  slots[slot + 2] = generation;
  slots[slot + 3] = id;
}

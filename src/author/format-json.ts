import type { Node as JsonNode } from 'jsonc-parser';
import { jsonTree } from '../mapping/mapping-file.js';

/** The one layout for files of a mapping set: the layout of prettier, 120 columns wide. */

const WIDTH = 120;

/** Whether an object takes several lines even if it is short. */
type IsSpread = (object: object) => boolean;

/**
 * A value as JSON text that ends in a line feed. A short value takes one line; two objects in a list never share a
 * line.
 */
export function formatJson(value: unknown, isSpread: IsSpread = isLong): string {
  return `${write(value, '', 0, isSpread)}\n`;
}

/** The objects that the author has begun with a line break. They keep it. */
export function spreadIn(text: string, value: unknown): IsSpread {
  const spread = new WeakSet();
  const walk = (node: JsonNode | undefined, at: unknown): void => {
    if (node?.children === undefined || typeof at !== 'object' || at === null) return;
    const [first] = node.children;
    if (node.type === 'object' && (first === undefined || text.slice(node.offset, first.offset).includes('\n')))
      spread.add(at);
    if (node.type === 'array') node.children.forEach((item, index) => walk(item, (at as unknown[])[index]));
    else
      for (const { children: [key, inner] = [] } of node.children)
        walk(inner, (at as Readonly<Record<string, unknown>>)[String(key?.value)]);
  };
  walk(jsonTree(text), value);
  return (object) => spread.has(object);
}

/**
 * For values that nobody has laid out yet: an object is broken into lines if it has more than a few members, or
 * objects beside other members.
 */
function isLong(object: object): boolean {
  const members = Object.values(object).filter((member) => member !== undefined);
  return members.length > 3 || (members.length > 1 && members.some(hasMembers));
}

/**
 * `taken` is how many characters of the line are used beside the indent, by a key before the value and a comma behind
 * it.
 */
function write(value: unknown, indent: string, taken: number, isSpread: IsSpread): string {
  const short = inline(value, isSpread);
  if (short !== undefined && indent.length + taken + short.length <= WIDTH) return short;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map(
      (item, index) => `${inner}${write(item, inner, Number(index < value.length - 1), isSpread)}`,
    );
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members.map(([key, member], index) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${write(member, inner, name.length + Number(index < members.length - 1), isSpread)}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The value on one line; undefined if it must take several. */
function inline(value: unknown, isSpread: IsSpread): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    if (value.length > 1 && value.every((item) => isLarge(item))) return undefined;
    const items = value.map((item) => inline(item, isSpread));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  if (isSpread(value)) return undefined;
  const written = members.map(([key, member]) => [JSON.stringify(key), inline(member, isSpread)] as const);
  if (written.some(([, member]) => member === undefined)) return undefined;
  return `{ ${written.map(([key, member]) => `${key}: ${member ?? ''}`).join(', ')} }`;
}

/** Prettier breaks a list of which every item has more than one member. */
function isLarge(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 1;
}

function hasMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

/**
 * The members of a mapping or fragment in reading order: first what it is, then where it applies, then what it makes.
 */
const ORDER =
  '$schema $comment id title basis on match identity group profiles let repeats ignore also provenance where drop unmatched resource value issues'.split(
    ' ',
  );

/**
 * A mapping, fragment or rule with its members in their usual order. The elements of a resource stay as they are: an element
 * may ask for those that stand before it (`$without`).
 */
export function inUsualOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const place = ([key]: readonly [string, unknown]): number => {
    const index = ORDER.indexOf(key);
    return index < 0 ? ORDER.length : index;
  };
  return Object.fromEntries(
    Object.entries(value)
      .map((entry, index) => ({ entry, index }))
      .sort((a, b) => place(a.entry) - place(b.entry) || a.index - b.index)
      .map(({ entry }) => entry),
  );
}

/**
 * Context conduction (CDA R2 4.4): what an element says holds for everything in it, unless something nearer says
 * otherwise.
 */
import { onceByTree } from '../xml/by-node.js';
import { children, isElement, type Node, type Tree } from '../xml/tree.js';
import { nameId, vocabulary } from './vocabulary.js';

export const AUTHOR = nameId('author');
export const INFORMANT = nameId('informant');
export const CONFIDENTIALITY = nameId('confidentialityCode');

/** By the number of an element's name: the bit that stands for such children. */
const BITS = new Uint8Array(vocabulary.list.length);
[AUTHOR, INFORMANT, CONFIDENTIALITY].forEach((name, index) => (BITS[name] = 1 << index));

/**
 * How many authors of a section or document count for an entry. If there are hundreds, nobody can know who wrote the
 * entry, and a thousand entries with a thousand authors each would be a million authorships.
 */
const MOST_CONDUCTED = 64;

/** The children with this name of the nearest element, at or above the node, that has any. */
export function conducted(tree: Tree, node: Node, name: number): readonly Node[] {
  const holder = holderOf(tree, node, name);
  if (holder === 0) return [];
  const held = heldBy(tree, holder, name);
  return holder === node || held.length <= MOST_CONDUCTED ? held : held.slice(0, MOST_CONDUCTED);
}

const heldIn = onceByTree(() => new Map<number, readonly Node[]>());

/** Kept for each element, because each entry of a large section asks it. */
function heldBy(tree: Tree, holder: Node, name: number): readonly Node[] {
  const known = heldIn(tree);
  const key = holder * BITS.length + name;
  let held = known.get(key);
  if (held === undefined) known.set(key, (held = children(tree, holder, name)));
  return held;
}

/** The nearest element at or above a node that has a child with this name; the document node if none has. */
export function holderOf(tree: Tree, node: Node, name: number): Node {
  const holders = holdersIn(tree);
  const bit = BITS[name]!;
  let at = node;
  while (at > 0 && (holders[at]! & bit) === 0) at = tree.parent[at]!;
  return Math.max(at, 0);
}

/** The elements that have a child with this name, in document order. */
export function holdersOf(tree: Tree, name: number): Node[] {
  const found: Node[] = [];
  holdersIn(tree).forEach((held, node) => {
    if ((held & BITS[name]!) !== 0) found.push(node);
  });
  return found;
}

/**
 * Found once for the document. To search all children of a large section again for each entry would take quadratic
 * time.
 */
const holdersIn = onceByTree((tree: Tree): Uint8Array => {
  const holders = new Uint8Array(tree.count);
  for (let node = 1; node < tree.count; node++) {
    // A document may have names that are not in the vocabulary.
    const bit = BITS[tree.name[node]!] ?? 0;
    if (bit !== 0 && isElement(tree, node)) holders[tree.parent[node]!]! |= bit;
  }
  return holders;
});

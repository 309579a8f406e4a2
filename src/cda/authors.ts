import { children, isElement, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const AUTHOR = nameId('author');
const INFORMANT = nameId('informant');
const ROOT_ELEMENT = 1;

/**
 * The authors that hold for a node: those of the nearest element at or above it that has any (context conduction, CDA R2
 * 4.4: an author of the document or a section holds for what is in it unless a nearer one replaces it).
 */
export function authorsOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, AUTHOR);
}

/** The informants that hold for a node, by the same rule. */
export function informantsOf(tree: Tree, node: Node): Node[] {
  return conducted(tree, node, INFORMANT);
}

/**
 * The nearest element at or above a node that names an author or informant; the root element where none does, since
 * it stands for the document (CDA R2 4.4).
 */
export function authorshipOf(tree: Tree, node: Node): Node {
  return Math.max(holderOf(tree, node, AUTHOR), holderOf(tree, node, INFORMANT), ROOT_ELEMENT);
}

/** The elements that name an author of their own, in document order. */
export function authorHolders(tree: Tree): Node[] {
  const holders: Node[] = [];
  holdersIn(tree).forEach((kind, node) => {
    if ((kind & HOLDS_AUTHOR) !== 0) holders.push(node);
  });
  return holders;
}

function conducted(tree: Tree, node: Node, participation: number): Node[] {
  const holder = holderOf(tree, node, participation);
  return holder === 0 ? [] : children(tree, holder, participation);
}

/** The nearest element at or above a node that has such a child, or the document node. */
function holderOf(tree: Tree, node: Node, participation: number): Node {
  const holders = holdersIn(tree);
  const kind = participation === AUTHOR ? HOLDS_AUTHOR : HOLDS_INFORMANT;
  let at = node;
  while (at > 0 && (holders[at]! & kind) === 0) at = tree.parent[at]!;
  return Math.max(at, 0);
}

const HOLDS_AUTHOR = 1;
const HOLDS_INFORMANT = 2;
const holdersByTree = new WeakMap<Tree, Uint8Array>();

/** Found once for the document: to look among all children of a large section for each of its entries takes quadratic time. */
function holdersIn(tree: Tree): Uint8Array {
  const known = holdersByTree.get(tree);
  if (known !== undefined) return known;
  const holders = new Uint8Array(tree.count);
  for (let node = 1; node < tree.count; node++) {
    const name = tree.name[node];
    if (name !== AUTHOR && name !== INFORMANT) continue;
    if (isElement(tree, node)) holders[tree.parent[node]!]! |= name === AUTHOR ? HOLDS_AUTHOR : HOLDS_INFORMANT;
  }
  holdersByTree.set(tree, holders);
  return holders;
}

import { onceByDocument, onceByNode } from '../xml/by-node.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import { localName, referenceOf } from './narrative.js';
import type { Reading } from './reading.js';
import { statementAround } from './statement.js';
import { nameId } from './vocabulary.js';

const TEXT = nameId('text');
const ORIGINAL_TEXT = nameId('originalText');
const SECTION = nameId('section');

/**
 * Whether the row of the narrative that a statement refers to is told by it alone. Where several results refer to the row
 * of their panel, a cell of it may belong to any of them. What stands inside of the statement, or around it, is no other.
 */
export const hasOwnRow = onceByNode((reading: Reading, statement: Node): boolean => {
  const { tree } = reading;
  const index = statementsByRow(reading);
  for (let node = statement; node <= tree.last[statement]!; node++) {
    if (!isText(tree, node)) continue;
    const others = index.get(rowOf(reading, node)) ?? [];
    if (others.some((other) => !isWithin(tree, other, statement) && !isWithin(tree, statement, other))) return false;
  }
  return true;
});

const MOST = 20;

function isText(tree: Tree, node: Node): boolean {
  return (tree.name[node] === TEXT || tree.name[node] === ORIGINAL_TEXT) && isElement(tree, node);
}

/** The row around what a text refers to, or the place itself where it is in none; NONE where it refers to nothing. */
const rowOf = onceByNode((reading: Reading, text: Node): Node => {
  const { tree } = reading;
  const target = referenceOf(reading, text)?.target ?? NONE;
  for (let at = target; at > 0 && tree.name[at] !== SECTION; at = tree.parent[at]!)
    if (localName(tree, at) === 'tr') return at;
  return target;
});

function isWithin(tree: Tree, inner: Node, outer: Node): boolean {
  return inner >= outer && inner <= tree.last[outer]!;
}

/** By row, the statements that refer to it: a few of each. */
const statementsByRow = onceByDocument((reading: Reading): ReadonlyMap<Node, readonly Node[]> => {
  const { tree } = reading;
  const byRow = new Map<Node, Node[]>();
  for (let node = 1; node < tree.count; node++) {
    if (!isText(tree, node) || tree.name[tree.parent[node]!] === SECTION) continue;
    const row = rowOf(reading, node);
    const statement = statementAround(tree, node);
    if (row === NONE || statement === NONE) continue;
    const statements = byRow.get(row);
    // Nobody asks how many there are, once there are two that have nothing to do with each other.
    if (statements === undefined) byRow.set(row, [statement]);
    else if (statements.length < MOST && statements[statements.length - 1] !== statement) statements.push(statement);
  }
  return byRow;
});

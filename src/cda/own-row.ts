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
 * Whether only this statement refers to its row of the narrative. If several results refer to the row of their panel, a
 * cell of the row may belong to any of them. Statements inside this one or around it don't count as others.
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

/** The row that a text refers to, or the place that it refers to if that is in no row. NONE if it refers to nothing. */
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

/** By row: the statements that refer to it. Only a few are kept. */
const statementsByRow = onceByDocument((reading: Reading): ReadonlyMap<Node, readonly Node[]> => {
  const { tree } = reading;
  const byRow = new Map<Node, Node[]>();
  for (let node = 1; node < tree.count; node++) {
    if (!isText(tree, node) || tree.name[tree.parent[node]!] === SECTION) continue;
    const row = rowOf(reading, node);
    const statement = statementAround(tree, node);
    if (row === NONE || statement === NONE) continue;
    const statements = byRow.get(row);
    // Two statements that are not inside each other are enough for the answer, so more are not kept.
    if (statements === undefined) byRow.set(row, [statement]);
    else if (statements.length < MOST && statements[statements.length - 1] !== statement) statements.push(statement);
  }
  return byRow;
});

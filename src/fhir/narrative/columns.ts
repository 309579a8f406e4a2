import { localName } from '../../cda/narrative.js';
import { onceInTree } from '../../xml/by-node.js';
import { children, type Node, type Tree } from '../../xml/tree.js';
import { attributeWithName } from './attributes.js';

/** For each cell: its first column, and the column after its last one. */
export type Columns = ReadonlyMap<Node, readonly [number, number]>;

/**
 * The most columns of a table, which is also the most that one cell can span. Without this limit, rows that each reach
 * beyond the row above could grow for ever.
 */
const MOST_COLUMNS = 1000;

/**
 * The columns of the cells in a group of rows (thead, tbody, table), with cells that span several rows taken into
 * account. Counted once for each group, because thousands of entries may each refer to a cell of one table.
 */
export const columnsOf: (tree: Tree, rows: Node) => Columns = onceInTree(count);

function count(tree: Tree, rows: Node): Columns {
  const columns = new Map<Node, readonly [number, number]>();
  /** For each column: for how many more rows a cell from above covers it. */
  const taken: number[] = [];
  for (const row of children(tree, rows)) {
    if (localName(tree, row) !== 'tr') continue;
    const below: [column: number, rows: number][] = [];
    let column = 0;
    for (const cell of children(tree, row)) {
      while (column < MOST_COLUMNS && (taken[column] ?? 0) > 0) column++;
      const end = Math.min(column + spanOf(tree, cell, 'colspan'), MOST_COLUMNS);
      columns.set(cell, [column, end]);
      const more = spanOf(tree, cell, 'rowspan') - 1;
      for (; column < end; column++) if (more > 0) below.push([column, more]);
    }
    for (let i = 0; i < taken.length; i++) taken[i] = Math.max((taken[i] ?? 0) - 1, 0);
    for (const [index, more] of below) taken[index] = more;
  }
  return columns;
}

/** HTML's own limit for a colspan, so that a hostile number costs nothing. */
function spanOf(tree: Tree, cell: Node, name: 'colspan' | 'rowspan'): number {
  const span = Number(attributeWithName(tree, cell, name) ?? 1);
  return Number.isInteger(span) && span >= 1 ? Math.min(span, 1000) : 1;
}

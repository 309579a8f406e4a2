/**
 * Tables of the narrative as a reader sees them: rows, columns, cells that span several of these, and the headings
 * above each row.
 */
import { onceInTree } from '../xml/by-node.js';
import { attribute, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { localName } from './narrative.js';
import { nameId } from './vocabulary.js';

const COLSPAN = nameId('colspan');
const ROWSPAN = nameId('rowspan');
const ID = nameId('ID');

/** The most that HTML allows a cell to span, so that a hostile document can't ask for more work than it has cells. */
const WIDEST = 1000;
const TALLEST = 200;

export interface Cell {
  readonly node: Node;
  /** Its first row and column, and how many of them it spans. */
  readonly row: number;
  readonly column: number;
  readonly width: number;
  readonly height: number;
  /** Whether it is a `th`. */
  readonly heading: boolean;
}

export interface Row {
  readonly node: Node;
  /** The cells that begin in this row. A cell that spans it from above is not among them. */
  readonly cells: readonly Cell[];
  /** Whether it stands in a `thead` or has only `th` cells. */
  readonly heading: boolean;
  /**
   * The rows of headings above it, the nearest last; rows under the same headings share this list. Empty if the row has
   * more cells than its headings.
   */
  readonly headings: readonly Row[];
}

export interface Table {
  readonly node: Node;
  readonly rows: readonly Row[];
  /** For a turned table, in which each row begins with its heading: all these headings as one row. */
  readonly side: readonly Row[] | undefined;
  /** Whether it is a turned table with only one column beside its headings. */
  readonly single: boolean;
  /** How many rows its tallest cell spans. */
  readonly tallest: number;
}

/** The table of an element. It is read once for a document, when it is first asked for. */
export const tableAt: (tree: Tree, node: Node) => Table = onceInTree(readTable);

function readTable(tree: Tree, table: Node): Table {
  const rows: Row[] = [];
  const tall: { until: number; from: number; to: number }[] = [];
  let headings: Row[] = [];
  let width = 0;
  for (const { node, inHead } of rowsOf(tree, table)) {
    const cells = placed(tree, node, rows.length, tall);
    const heading = inHead || (cells.length > 0 && cells.every((cell) => cell.heading));
    const row: Row = { node, cells, heading, headings: within(tree, cells, width) ? headings : UNHEADED };
    // Rows of headings that follow each other go from the general to the specific. A row of headings after other rows
    // begins anew.
    if (heading) {
      const below = rows[rows.length - 1]?.heading === true;
      headings = below ? [...headings, row] : [row];
      width = Math.max(below ? width : 0, widthOf(row));
    }
    rows.push(row);
  }
  const tallest = rows.reduce((most, { cells }) => cells.reduce((tall, { height }) => Math.max(tall, height), most), 1);
  const data = rows.filter(({ cells }) => cells.length > 0);
  const headed = rows.some(({ heading }) => heading);
  const single = data.every(({ cells }) => cells.length <= 2);
  if (!headed && data.length > 0 && data.every(({ cells }) => cells[0]!.heading)) {
    const side = { node: table, cells: data.map(({ cells }) => cells[0]!), heading: true, headings: [] };
    return { node: table, rows, side: [side], single, tallest };
  }
  const [first, ...others] = rows;
  // Old documents write headings as plain cells.
  if (!headed && first !== undefined && others.length > 0 && looksLikeHeadings(tree, first)) {
    const above = { ...first, heading: true };
    const headings = [above];
    const below = others.map((row) => ({
      ...row,
      headings: within(tree, row.cells, widthOf(first)) ? headings : UNHEADED,
    }));
    return { node: table, rows: [above, ...below], side: undefined, single, tallest };
  }
  return { node: table, rows, side: undefined, single, tallest };
}

const UNHEADED: readonly Row[] = [];

/**
 * Whether no cell with words stands to the right of the last heading. If one does, nobody knows which cell has no
 * heading.
 */
function within(tree: Tree, cells: readonly Cell[], width: number): boolean {
  const last = cells.findLast(({ node }) => wordsOf(tree, node) !== '');
  return last === undefined || last.column < width;
}

function widthOf({ cells }: Pick<Row, 'cells'>): number {
  const last = cells[cells.length - 1];
  return last === undefined ? 0 : last.column + last.width;
}

function wordsOf(tree: Tree, cell: Node): string {
  return tree.source
    .slice(tree.start[cell], tree.end[cell])
    .replace(/<[^>]*>/g, ' ')
    .trim();
}

function* rowsOf(tree: Tree, table: Node): Generator<{ node: Node; inHead: boolean }> {
  for (let n = table + 1; n <= tree.last[table]!; n++) {
    if (!isElement(tree, n)) continue;
    const name = localName(tree, n);
    if (name === 'table') n = tree.last[n]!;
    if (name !== 'tr') continue;
    yield { node: n, inHead: localName(tree, tree.parent[n]!) === 'thead' };
    n = tree.last[n]!;
  }
}

/** Puts the cells of a row into their columns; `tall` has the cells that span rows below theirs. */
function placed(tree: Tree, tr: Node, row: number, tall: { until: number; from: number; to: number }[]): Cell[] {
  const cells: Cell[] = [];
  const above = tall.filter(({ until }) => until >= row);
  tall.splice(0, tall.length, ...above);
  above.sort((one, other) => one.from - other.from);
  let column = 0;
  for (let n = tr + 1; n <= tree.last[tr]!; n = tree.last[n]! + 1) {
    if (!isElement(tree, n)) continue;
    const name = localName(tree, n);
    if (name !== 'td' && name !== 'th') continue;
    for (const { from, to } of above) if (from <= column && column < to) column = to;
    const width = span(tree, n, COLSPAN, WIDEST);
    const height = span(tree, n, ROWSPAN, TALLEST);
    cells.push({ node: n, row, column, width, height, heading: name === 'th' });
    if (height > 1) tall.push({ until: row + height - 1, from: column, to: column + width });
    column += width;
  }
  return cells;
}

function span(tree: Tree, cell: Node, name: number, most: number): number {
  const fact = attribute(tree, cell, name);
  const count = fact === NONE ? 1 : Number.parseInt(valueOf(tree, fact), 10);
  return count >= 1 ? Math.min(count, most) : 1;
}

/**
 * Whether the plain cells of a first row are headings: at least three cells, each of a few words without a digit, and
 * none with an ID that an entry could refer to.
 */
function looksLikeHeadings(tree: Tree, { node, cells }: Row): boolean {
  if (cells.length < 3) return false;
  for (let n = node; n <= tree.last[node]!; n++)
    if (isElement(tree, n) && attribute(tree, n, ID) !== NONE) return false;
  return cells.every((cell) => {
    const text = wordsOf(tree, cell.node);
    return /\p{L}/u.test(text) && !/\d/.test(text) && text.split(/\s+/).length <= 4;
  });
}

/** The cell that covers a place of the table. It may begin in a row above. */
export function cellAt({ rows, tallest }: Table, row: number, column: number): Cell | undefined {
  for (let r = row; r >= 0 && row - r < tallest; r--) {
    const cell = lastCell(rows[r]!, (candidate) => candidate.column <= column);
    if (cell !== undefined && column < cell.column + cell.width && row < cell.row + cell.height) return cell;
  }
  return undefined;
}

/** The cell of a row that a node stands in. */
export function cellAround(tree: Tree, row: Row, node: Node): Cell | undefined {
  const cell = lastCell(row, (candidate) => candidate.node <= node);
  return cell !== undefined && node <= tree.last[cell.node]! ? cell : undefined;
}

/**
 * The last cell that passes the test. The cells are in the order of their columns, and if one passes all before it pass
 * too.
 */
function lastCell({ cells }: Row, holds: (cell: Cell) => boolean): Cell | undefined {
  let [low, high] = [0, cells.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(cells[middle]!)) low = middle + 1;
    else high = middle;
  }
  return cells[low - 1];
}

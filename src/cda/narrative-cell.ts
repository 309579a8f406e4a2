/** Finds the cell of a narrative table that says one thing about a statement: its drug, its status, its date. */
import { onceByNode } from '../xml/by-node.js';
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { WordList } from '../xpath/word-list.js';
import { labelledText } from './narrative-label.js';
import { localName, plainText, referenceOf } from './narrative.js';
import { cellAround, cellAt, tableAt, type Cell, type Row, type Table } from './narrative-table.js';
import type { Reading } from './reading.js';
import { rowByName } from './row-by-name.js';
import { nameId } from './vocabulary.js';

const SECTION = nameId('section');
const TEXT = nameId('text');
const ORIGINAL_TEXT = nameId('originalText');

const STATEMENTS: ReadonlySet<number> = new Set(
  ['observation', 'procedure', 'substanceAdministration', 'encounter', 'supply', 'act'].map(nameId),
);

/** Parts of a statement that have narrative of their own. */
const APART: ReadonlySet<number> = new Set(
  ['entryRelationship', 'component', 'reference', 'author', 'informant', 'performer', 'precondition'].map(nameId),
);

/**
 * The cell for a node, in a column whose heading is in the list. The node may be a text with a reference, a statement
 * (which refers by its text, else by its originalText), or narrative. If the headings of several columns are in the
 * list, the one that the list has first wins. NONE if there is no such row or column, or the cell is empty.
 *
 *   <th>Medication</th><th>Status</th> … <tr ID="m1"><td>Aspirin</td><td>Active</td></tr>
 *   cellOf(reading, text, status)   // the td of `Active`, for <text><reference value="#m1"/></text>
 */
export function cellOf(reading: Reading, node: Node, list: WordList): Node {
  const cells = cellsOf(reading, node);
  let cell = cells.get(list);
  if (cell === undefined) cells.set(list, (cell = findCell(reading, node, list)));
  return cell;
}

/** By list: the cells that were found for a node, because several rules ask for the same. */
const cellsOf = onceByNode(() => new Map<WordList, Node>());

function findCell(reading: Reading, node: Node, list: WordList): Node {
  const { tree } = reading;
  for (const place of placesOf(reading, node)) {
    for (let at = place; at > 0 && !isNarrativeText(tree, at); at = tree.parent[at]!) {
      const cell = cellNear(reading, at, place, list);
      if (cell !== NONE) return cell;
    }
  }
  return NONE;
}

/** The place of a node in the narrative: the node itself, or what it refers to. */
const placesOf = onceByNode((reading: Reading, node: Node): readonly Node[] => {
  const { tree } = reading;
  if (!isElement(tree, node) || isInNarrative(tree, node)) return [node];
  const own = referenceOf(reading, node)?.target ?? NONE;
  return own === NONE ? placesOfStatement(reading, node) : [own];
});

/**
 * What a statement refers to: first by its text, then by the original texts of its codes. If it refers to nothing that
 * exists, its row is the one row that has the name of what the statement is about, if exactly one row has it.
 */
function placesOfStatement(reading: Reading, statement: Node): Node[] {
  const { tree } = reading;
  const [texts, originals]: [Node[], Node[]] = [[], []];
  for (let n = statement + 1; n <= tree.last[statement]!; n++) {
    if (!isElement(tree, n)) continue;
    const name = tree.name[n]!;
    if (APART.has(name)) n = tree.last[n]!;
    else if (name === TEXT || name === ORIGINAL_TEXT) {
      const target = referenceOf(reading, n)?.target ?? NONE;
      if (target !== NONE) (name === TEXT ? texts : originals).push(target);
    }
  }
  const places = [...texts, ...originals];
  if (places.length > 0 || !STATEMENTS.has(tree.name[statement]!)) return places;
  const row = rowByName(reading, statement);
  return row === NONE ? [] : [row];
}

function cellNear(reading: Reading, at: Node, place: Node, list: WordList): Node {
  const { tree } = reading;
  switch (localName(tree, at)) {
    case 'tr': {
      const cell = inRow(reading, at, place, list);
      return cell === NONE ? labelledText(reading, at, list) : cell;
    }
    case 'table':
    case 'tbody':
      return at === place ? inTable(reading, at, list) : NONE;
    case 'list':
      // The items of a list may be about several statements, so only the item itself is searched.
      return at === place ? labelledText(reading, at, list) : NONE;
    case 'item':
    case 'paragraph':
    case 'td':
      return labelledText(reading, at, list);
    default:
      return NONE;
  }
}

/**
 * Whether a narrative element stands in a cell under a heading that the list has as a whole. With `plainly`, headings
 * don't count that many lists share, such as `Description` or `Name`.
 */
export function standsBelow(reading: Reading, node: Node, list: WordList, plainly: boolean): boolean {
  const { tree } = reading;
  for (let at = node; at > 0 && !isNarrativeText(tree, at); at = tree.parent[at]!) {
    if (localName(tree, at) !== 'tr') continue;
    const table = tableAround(tree, at);
    const row = table?.rows[rowIndex(table, at)];
    const own = row && cellAround(tree, row, node);
    if (row === undefined || own === undefined) return false;
    return columnsOf(reading, row.headings, list).some(
      (heading) =>
        heading.column <= own.column &&
        own.column < heading.column + heading.width &&
        isHeadingOf(list, plainText(reading, heading.node), plainly),
    );
  }
  return false;
}

function isHeadingOf(list: WordList, heading: string, plainly: boolean): boolean {
  return plainly ? heading.split('/').every((part) => list.names(part)) : placeOf(list, heading) >= 0;
}

function inRow(reading: Reading, tr: Node, place: Node, list: WordList): Node {
  const { tree } = reading;
  const table = tableAround(tree, tr);
  if (table === undefined) return NONE;
  const index = rowIndex(table, tr);
  const own = cellAround(tree, table.rows[index]!, place);
  if (table.side !== undefined) return inTurned(reading, table, table.side, own?.column, list);
  // A cell that spans several rows is about all of them. So only a cell that these rows share is its answer.
  const found = new Set<Node>();
  for (let row = index; row < index + Math.min(own?.height ?? 1, table.rows.length - index); row++)
    found.add(inColumns(reading, table, row, list));
  return found.size === 1 ? [...found][0]! : NONE;
}

/** A reference to a whole table means its row, if it has only one. */
function inTable(reading: Reading, at: Node, list: WordList): Node {
  const { tree } = reading;
  const table = localName(tree, at) === 'table' ? tableAt(tree, at) : tableAround(tree, at);
  if (table === undefined) return NONE;
  if (table.side !== undefined) return inTurned(reading, table, table.side, undefined, list);
  let only = -1;
  for (let row = rowIndex(table, at); row < table.rows.length && table.rows[row]!.node <= tree.last[at]!; row++) {
    if (table.rows[row]!.heading || table.rows[row]!.node < at) continue;
    if (only >= 0) return NONE;
    only = row;
  }
  return only < 0 ? NONE : inColumns(reading, table, only, list);
}

function inColumns(reading: Reading, table: Table, row: number, list: WordList): Node {
  const { headings, heading } = table.rows[row]!;
  if (heading) return NONE;
  for (const { column } of columnsOf(reading, headings, list)) {
    const cell = cellAt(table, row, column);
    if (cell !== undefined && plainText(reading, cell.node) !== '') return cell.node;
  }
  return NONE;
}

/** In a turned table each statement is a column, and each row begins with its heading. */
function inTurned(
  reading: Reading,
  table: Table,
  side: readonly Row[],
  column: number | undefined,
  list: WordList,
): Node {
  const wanted = column ?? (table.single ? 1 : NONE);
  for (const { row } of columnsOf(reading, side, list)) {
    const cell = wanted === NONE ? undefined : cellAt(table, row, wanted);
    if (cell !== undefined && !cell.heading && plainText(reading, cell.node) !== '') return cell.node;
  }
  return NONE;
}

/** How many columns of one list are looked at. No real table has more that say the same. */
const MOST_COLUMNS = 8;

/** The heading cells for each list, in the order of the list. Rows under the same headings share the answer. */
const columns = new WeakMap<readonly Row[], Map<WordList, readonly Cell[]>>();

function columnsOf(reading: Reading, headings: readonly Row[], list: WordList): readonly Cell[] {
  let known = columns.get(headings);
  if (known === undefined) columns.set(headings, (known = new Map<WordList, readonly Cell[]>()));
  let cells = known.get(list);
  if (cells === undefined) {
    // The nearest heading is the most specific one.
    cells = [...headings]
      .reverse()
      .flatMap((row) => inOrderOf(reading, list, row.cells))
      .slice(0, MOST_COLUMNS);
    known.set(list, cells);
  }
  return cells;
}

/**
 * The headings that are in the list, in the list's order. A heading that only ends in a phrase of the list comes last.
 */
function inOrderOf(reading: Reading, list: WordList, headings: readonly Cell[]): Cell[] {
  const found = headings.flatMap((cell) => {
    const text = plainText(reading, cell.node);
    const whole = placeOf(list, text);
    if (whole >= 0) return [{ cell, whole: true, place: whole }];
    const ending = list.ending(text);
    return ending >= 0 ? [{ cell, whole: false, place: ending }] : [];
  });
  found.sort((one, other) => Number(other.whole) - Number(one.whole) || one.place - other.place);
  return found.map(({ cell }) => cell);
}

/** A heading may have two names: `Problem / Condition` counts if the list has both. */
function placeOf(list: WordList, written: string): number {
  // The heading `Status (as of May 2024)` counts if the list has `status`.
  const heading = list.place(written) >= 0 ? written : written.replace(/\s*[([].*$/s, '');
  const place = list.place(heading);
  if (place >= 0 || !heading.includes('/')) return place;
  const places = heading.split('/').map((part) => list.place(part));
  return places.includes(-1) ? -1 : places[0]!;
}

function tableAround(tree: Tree, node: Node): Table | undefined {
  for (let n = tree.parent[node]!; n > 0 && tree.name[n] !== TEXT; n = tree.parent[n]!)
    if (localName(tree, n) === 'table') return tableAt(tree, n);
  return undefined;
}

/** The index of a row. Rows are in document order. */
function rowIndex({ rows }: Table, tr: Node): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.node < tr) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isNarrativeText(tree: Tree, node: Node): boolean {
  return tree.name[node] === TEXT && tree.name[tree.parent[node]!] === SECTION;
}

function isInNarrative(tree: Tree, node: Node): boolean {
  for (let n = node; n > 0; n = tree.parent[n]!) if (isNarrativeText(tree, n)) return true;
  return false;
}

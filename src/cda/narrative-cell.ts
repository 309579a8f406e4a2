/** The cell of a narrative table that says one thing of a statement: its drug, its status, its date. */
import { onceByNode } from '../xml/by-node.js';
import { firstChild, isElement, isText, nextSibling, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import type { WordList } from '../xpath/word-list.js';
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

/** What stands in a statement and has narrative of its own. */
const APART: ReadonlySet<number> = new Set(
  ['entryRelationship', 'component', 'reference', 'author', 'informant', 'performer', 'precondition'].map(nameId),
);

/**
 * The cell in the row that a node refers to, in the column whose heading is of the list; NONE where there is no such row or
 * column, or nothing stands there. The node may be a text with a reference, a statement (by its own text, else by its
 * originalText), or narrative. Where several columns are of the list, that whose heading stands first in it.
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

/** By list, those that were found for a node: several rules ask for the same. */
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

/** Where a node stands in the narrative: itself, or what it refers to. */
const placesOf = onceByNode((reading: Reading, node: Node): readonly Node[] => {
  const { tree } = reading;
  if (!isElement(tree, node) || isInNarrative(tree, node)) return [node];
  const own = referenceOf(reading, node)?.target ?? NONE;
  return own === NONE ? placesOfStatement(reading, node) : [own];
});

/**
 * Those that a statement refers to by its text, then by the original texts of its codes. One that refers to nothing, or to
 * what is not there, tells of the row that has the name of what it is about, where there is one such row alone.
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
      return cell === NONE ? labelled(reading, at, list) : cell;
    }
    case 'table':
    case 'tbody':
      return at === place ? inTable(reading, at, list) : NONE;
    case 'list':
      // Its items may be of several statements.
      return at === place ? labelled(reading, at, list) : NONE;
    case 'item':
    case 'paragraph':
    case 'td':
      return labelled(reading, at, list);
    default:
      return NONE;
  }
}

/**
 * Whether a narrative element stands in a cell below a heading that is one of the list's as a whole; `plainly`: not one of
 * those that count alone, as `Description` or `Name` do in many lists.
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
  // A cell that spans several rows tells of all of them: only what they have in common is said of it.
  const found = new Set<Node>();
  for (let row = index; row < index + Math.min(own?.height ?? 1, table.rows.length - index); row++)
    found.add(inColumns(reading, table, row, list));
  return found.size === 1 ? [...found][0]! : NONE;
}

/** Who refers to a whole table means its one row. */
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

/** In a table that is turned a statement is a column, and each row begins with its heading. */
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

/** How many columns of one list are looked at: no table has more that say the same. */
const MOST_COLUMNS = 8;

/** The heading cells of each list, in the order of the list; rows below the same headings ask once. */
const columns = new WeakMap<readonly Row[], Map<WordList, readonly Cell[]>>();

function columnsOf(reading: Reading, headings: readonly Row[], list: WordList): readonly Cell[] {
  let known = columns.get(headings);
  if (known === undefined) columns.set(headings, (known = new Map<WordList, readonly Cell[]>()));
  let cells = known.get(list);
  if (cells === undefined) {
    // The nearest heading is the most special.
    cells = [...headings]
      .reverse()
      .flatMap((row) => inOrderOf(reading, list, row.cells))
      .slice(0, MOST_COLUMNS);
    known.set(list, cells);
  }
  return cells;
}

/** Those headings that are of the list, in its order; those that only end in one of its phrases come last. */
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

/** `Problem / Condition` is of a list that has both. */
function placeOf(list: WordList, written: string): number {
  // `Status (as of May 2024)` is of a list that has `status`.
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

/** Rows stand in document order. */
function rowIndex({ rows }: Table, tr: Node): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.node < tr) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much of the narrative around a reference is looked through for labels. */
const NEAR = 400;

/**
 * `<item><caption>Status</caption>Active</item>`, `<paragraph><content>Status:</content> Active</paragraph>`: what stands
 * behind a label that is of the list.
 */
function labelled(reading: Reading, around: Node, list: WordList): Node {
  return labelsIn(reading, around).find(({ text }) => list.place(text) >= 0)?.value ?? NONE;
}

interface Label {
  readonly text: string;
  /** What stands behind it. */
  readonly value: Node;
}

/** Whichever list is asked for, the labels are the same. */
const labelsIn = onceByNode((reading: Reading, around: Node): readonly Label[] => {
  const { tree } = reading;
  const labels: Label[] = [];
  const last = Math.min(tree.last[around]!, around + NEAR);
  for (let n = around + 1; n <= last; n++) {
    if (isElement(tree, n) && localName(tree, n) === 'table') n = tree.last[n]!;
    else if (isText(tree, n) || isElement(tree, n)) {
      const text = labelAt(reading, n);
      const value = text === undefined ? NONE : nextWords(tree, n);
      if (text !== undefined && value !== NONE) labels.push({ text, value });
    }
  }
  return labels;
});

function labelAt(reading: Reading, node: Node): string | undefined {
  const { tree } = reading;
  // A label is short; what is long need not be read.
  if (tree.end[node]! - tree.start[node]! > 200) return undefined;
  const text = plainText(reading, node);
  const marked = text.endsWith(':') || (isElement(tree, node) && localName(tree, node) === 'caption');
  return marked ? text : undefined;
}

function nextWords(tree: Tree, label: Node): Node {
  for (let n = nextSibling(tree, label); n !== NONE; n = nextSibling(tree, n)) {
    if (isText(tree, n) ? valueOf(tree, n).trim() !== '' : firstChild(tree, n) !== NONE) return n;
    if (isElement(tree, n) && localName(tree, n) === 'br') return NONE;
  }
  return NONE;
}

function isNarrativeText(tree: Tree, node: Node): boolean {
  return tree.name[node] === TEXT && tree.name[tree.parent[node]!] === SECTION;
}

function isInNarrative(tree: Tree, node: Node): boolean {
  for (let n = node; n > 0; n = tree.parent[n]!) if (isNarrativeText(tree, n)) return true;
  return false;
}

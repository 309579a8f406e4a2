/**
 * Finds the narrative that a reference means, if it refers to more than the words of one thing, such as a whole row, or
 * to a date.
 */
import { isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Column } from './column.js';
import { cellOf, standsBelow } from './narrative-cell.js';
import { localName, plainText } from './narrative.js';
import type { Reading } from './reading.js';

const ROWS = new Set('tr table thead tbody tfoot'.split(' '));

/** Whether a narrative element is one or more rows of a table. */
export function isRows(tree: Tree, node: Node): boolean {
  return ROWS.has(localName(tree, node));
}

/**
 * The narrative element whose words a reference means. For a row that is the cell in the wanted column, or else the
 * only cell that has more than a date. A date describes nothing, and neither does a cell under the heading of another
 * column; then the words are looked for elsewhere in the row. NONE if no heading tells.
 */
export function meantWords(reading: Reading, target: Node, column: Column | undefined): Node {
  const rows = isRows(reading.tree, target);
  if (!rows && !isDate(plainText(reading, target)) && !isOfAnother(reading, target, column)) return target;
  const cell = column === undefined ? NONE : cellOf(reading, target, column.words);
  if (cell !== NONE && !isDate(plainText(reading, cell))) return cell;
  return rows ? onlyCell(reading, target) : NONE;
}

/** A heading that is also in the element's own list, such as `Description`, does not make the cell another column's. */
function isOfAnother(reading: Reading, target: Node, column: Column | undefined): boolean {
  const ofOthers = column?.others.some((list) => standsBelow(reading, target, list, true));
  return column !== undefined && ofOthers === true && !standsBelow(reading, target, column.words, false);
}

/** The only cell of a row whose words are not a date. */
function onlyCell(reading: Reading, row: Node): Node {
  const { tree } = reading;
  let only = NONE;
  for (let n = row + 1; n <= tree.last[row]!; n++) {
    if (!isElement(tree, n) || !/^t[dh]$/.test(localName(tree, n))) continue;
    const text = plainText(reading, n);
    if (text !== '' && !isDate(text)) {
      if (only !== NONE) return NONE;
      only = n;
    }
    n = tree.last[n]!;
  }
  return only;
}

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?';
const DAY = [
  '\\d{1,2}[/.-]\\d{1,2}[/.-](?:\\d{4}|\\d{2})',
  '(?:19|20)\\d{2}[/.-]\\d{1,2}(?:[/.-]\\d{1,2})?',
  '\\d{1,2}[/.-](?:19|20)\\d{2}',
  `${MONTH}[ -]?\\d{1,2}(?:st|nd|rd|th)?,?[ -]?\\d{4}`,
  `\\d{1,2}(?:st|nd|rd|th)?[ -]${MONTH},?[ -]\\d{2,4}`,
  `${MONTH},? ?(?:19|20)\\d{2}`,
  '(?:19|20)\\d{2}(?:[01]\\d[0-3]\\d(?:\\d{4}(?:\\d{2})?)?)?',
].join('|');
const TIME =
  '(?:[T, ]+(?:at )?\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?)?(?: ?[ap]\\.?m\\.?)?(?: ?(?:z|[a-z]{3}|[+-]\\d{2}:?\\d{2}))?';
const MOMENT = `(?:${DAY})${TIME}`;
const DATES = new RegExp(
  `^(?:since |from |on |as of )?${MOMENT}(?:(?: ?[-–—] ?| to | through | until | or )(?:${MOMENT}|present|now|unknown|ongoing|current)?)?[ .,;–-]*$`,
  'i',
);

/** Whether a text is only a date, or the two dates of a span. */
export function isDate(text: string): boolean {
  return text.length <= 80 && /\d/.test(text) && DATES.test(text.trim());
}

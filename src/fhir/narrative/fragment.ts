import { localName } from '../../cda/narrative.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { onceInTree } from '../../xml/by-node.js';
import { child, children, firstChild, isText, nextSibling, NONE, type Node, type Tree } from '../../xml/tree.js';
import { columnsOf, type Columns } from './columns.js';
import { elementRuleOf } from './elements.js';
import { captionAs, captionOf, contentOf, elementAsXhtml, divAround, listTag } from './xhtml.js';
import { startWriting, type Writing, type XhtmlOptions } from './writing.js';

const TR = nameId('tr');

/**
 * One element of the narrative as a `div` of its own, with what a reader needs to understand it there (C-CDA on FHIR,
 * mapping guidance, guidance-74): a row has the head and caption of its table, a cell the heads of its column and row,
 * an item its list. It has no IDs and no links within the document, because the whole text has them.
 */
export function toXhtmlPart(reading: Reading, node: Node, options: XhtmlOptions = {}): string | undefined {
  const writing = startWriting(reading, node, options, false);
  const part = partOf(writing, node);
  return writing.hasContent ? divAround(part) : undefined;
}

/** The same without the `div`. Whether there is anything to see is told by `writing.hasContent`. */
export function partOf(writing: Writing, node: Node): string {
  const { tree } = writing;
  const rule = elementRuleOf(localName(tree, node));
  switch (rule.kind) {
    case 'rows':
    case 'row':
      return inItsTable(writing, node, (table) => {
        const content = elementAsXhtml(writing, node, rule, rule.kind === 'row' ? 'rows' : 'table');
        const head = headRows(tree, table).includes(node) ? '' : headOf(writing, table, node);
        if (content === '') return '';
        return rule.kind === 'row' ? `${head}<tbody>${content}</tbody>` : head + content;
      });
    case 'cell':
      return inItsTable(writing, node, (table) => {
        const content = elementAsXhtml(writing, node, rule, 'row');
        return `${columnHead(writing, table, node)}<tbody><tr>${rowHead(writing, node)}${content}</tr></tbody>`;
      });
    case 'item': {
      const list = tree.parent[node]!;
      const caption = captionOf(tree, list);
      const tag = listTag(tree, list);
      const content = elementAsXhtml(writing, node, rule, 'list');
      return `${caption === NONE ? '' : captionAs(writing, caption, 'p')}<${tag}>${content}</${tag}>`;
    }
    default:
      return rule.kind === 'unwrap' ? contentOf(writing, node, 'flow') : elementAsXhtml(writing, node, rule, 'flow');
  }
}

function inItsTable(writing: Writing, node: Node, content: (table: Node) => string): string {
  const table = tableOf(writing.tree, node);
  if (table === NONE) return elementAsXhtml(writing, node, elementRuleOf(localName(writing.tree, node)), 'flow');
  const caption = captionOf(writing.tree, table);
  const rows = content(table);
  return rows === '' ? '' : `<table>${caption === NONE ? '' : captionAs(writing, caption, 'caption')}${rows}</table>`;
}

function tableOf(tree: Tree, node: Node): Node {
  let n = tree.parent[node]!;
  while (n > 0 && localName(tree, n) !== 'table') n = tree.parent[n]!;
  return n > 0 ? n : NONE;
}

/** The rows of headings of a table: those of its thead, else a first row that has only `th` cells. */
const headRows = onceInTree((tree: Tree, table: Node): readonly Node[] => {
  for (let n = firstChild(tree, table); n !== NONE; n = nextSibling(tree, n)) {
    const kind = isText(tree, n) ? 'text' : localName(tree, n);
    if (kind === 'thead') return rowsOf(tree, n);
    const row = kind === 'tr' ? n : kind === 'tbody' ? child(tree, n, TR) : NONE;
    if (row === NONE) continue;
    const cells = children(tree, row);
    return cells.length > 0 && cells.every((cell) => localName(tree, cell) === 'th') ? [row] : [];
  }
  return [];
});

function rowsOf(tree: Tree, element: Node): Node[] {
  return children(tree, element).filter((n) => localName(tree, n) === 'tr');
}

/** No real table has so many rows of headings. A thousand of them before each of a thousand rows would help nobody. */
const MOST_HEAD_ROWS = 20;

function headOf(writing: Writing, table: Node, except: Node): string {
  const { tree } = writing;
  const rows = headRows(tree, table)
    .slice(0, MOST_HEAD_ROWS)
    .filter((row) => row !== except && tree.parent[row] !== except);
  return rows.length === 0
    ? ''
    : `<thead>${rows.map((row) => elementAsXhtml(writing, row, elementRuleOf('tr'), 'rows')).join('')}</thead>`;
}

/** The headings above a cell, only those of its own columns. */
function columnHead(writing: Writing, table: Node, cell: Node): string {
  const { tree } = writing;
  const row = tree.parent[cell]!;
  const heads = headRows(tree, table);
  if (heads.includes(row)) return '';
  const [start, end] = spanIn(columnsOf(tree, tree.parent[row]!), cell);
  const columns = heads.length === 0 ? undefined : columnsOf(tree, tree.parent[heads[0]!]!);
  const rows = heads.map((head) =>
    children(tree, head)
      .filter((n) => {
        const [from, to] = columns === undefined ? [0, 0] : spanIn(columns, n);
        return from < end && to > start;
      })
      .map((n) => `<th>${contentOf(writing, n, 'flow')}</th>`)
      .join(''),
  );
  const shown = rows.filter((cells) => cells !== '');
  return shown.length === 0 ? '' : `<thead>${shown.map((cells) => `<tr>${cells}</tr>`).join('')}</thead>`;
}

function spanIn(columns: Columns, cell: Node): readonly [number, number] {
  return columns.get(cell) ?? [0, 0];
}

/** The headings in the row of a cell. */
function rowHead(writing: Writing, cell: Node): string {
  const { tree } = writing;
  return children(tree, tree.parent[cell]!)
    .filter((n) => n < cell && localName(tree, n) === 'th')
    .map((n) => elementAsXhtml(writing, n, elementRuleOf('th'), 'row'))
    .join('');
}

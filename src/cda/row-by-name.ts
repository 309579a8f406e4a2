/**
 * Finds the row of a narrative table that has the name of a statement, for statements that don't refer to their row.
 */
import { onceByNode, onceInTree } from '../xml/by-node.js';
import { child, isAttribute, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { plainText } from './narrative.js';
import { tableAt } from './narrative-table.js';
import type { Reading } from './reading.js';
import { isStatement, sectionAround, statementAround } from './statement.js';
import { nameId } from './vocabulary.js';

const TEXT = nameId('text');
const TABLE = nameId('table');
const NAME = nameId('name');
const DISPLAY_NAME = nameId('displayName');
/**
 * The parts that may name what a statement is about. The code comes last: for a problem it is only the kind of
 * statement.
 */
const NAMED: readonly number[] = ['playingEntity', 'manufacturedMaterial', 'value', 'code'].map(nameId);

/**
 * The row with a cell that is the name of what a statement is about, in the same words: a drug, a substance, a problem,
 * a test. NONE if there is no such cell, if several rows have one, or if another statement of the section has the same
 * name, because then nobody can say which row belongs to which.
 *
 *   <tr><td>Codeine</td><td>Active</td></tr> … <playingEntity><code code="2670" displayName="Codeine"/></playingEntity>
 */
export const rowByName = onceByNode((reading: Reading, statement: Node): Node => {
  const { tree } = reading;
  const section = sectionAround(tree, statement);
  if (section === NONE) return NONE;
  const rows = rowsByCell(reading, section);
  if (rows.size === 0) return NONE;
  for (const kind of NAMED) {
    for (const name of namesIn(tree, statement, kind)) {
      const row = rows.get(name);
      if (row === undefined) continue;
      return row === SEVERAL || statementsByName(tree, section).get(name) !== statement ? NONE : row;
    }
  }
  return NONE;
});

const SEVERAL = -2;

/** A shorter word, such as `Rx` or `Yes`, is no name. */
const SHORTEST = 4;
const LONGEST = 200;

/** By the words of a cell: its row. */
const rowsByCell = onceByNode((reading: Reading, section: Node): ReadonlyMap<string, Node> => {
  const { tree } = reading;
  const rows = new Map<string, Node>();
  const text = child(tree, section, TEXT);
  if (text === NONE) return rows;
  for (let n = text + 1; n <= tree.last[text]!; n++) {
    if (tree.name[n] !== TABLE || !isElement(tree, n)) continue;
    for (const row of tableAt(tree, n).rows) {
      if (row.heading) continue;
      for (const cell of row.cells) {
        if (tree.end[cell.node]! - tree.start[cell.node]! > LONGEST * 2) continue;
        const words = bare(plainText(reading, cell.node));
        if (words.length < SHORTEST) continue;
        const known = rows.get(words);
        rows.set(words, known === undefined || known === row.node ? row.node : SEVERAL);
      }
    }
  }
  return rows;
});

/** By name: the one statement that has it; SEVERAL if more than one has it. */
const statementsByName = onceInTree((tree: Tree, section: Node): ReadonlyMap<string, Node> => {
  const statements = new Map<string, Node>();
  for (let n = section + 1; n <= tree.last[section]!; n++) {
    const isName = isAttribute(tree, n) ? tree.name[n] === DISPLAY_NAME : tree.name[n] === NAME && isElement(tree, n);
    if (!isName) continue;
    const name = nameAt(tree, n);
    const statement = statementAround(tree, n);
    const known = statements.get(name);
    if (statement !== NONE) statements.set(name, known === undefined || known === statement ? statement : SEVERAL);
  }
  return statements;
});

/** The names in elements of this kind inside a statement, without those of inner statements. */
function* namesIn(tree: Tree, statement: Node, kind: number): Generator<string> {
  for (let n = statement + 1; n <= tree.last[statement]!; n++) {
    if (!isElement(tree, n)) continue;
    if (isStatement(tree, n)) n = tree.last[n]!;
    else if (tree.name[n] === kind) {
      for (let part = n; part <= tree.last[n]!; part++) {
        const isName = isAttribute(tree, part) ? tree.name[part] === DISPLAY_NAME : tree.name[part] === NAME;
        const name = isName ? nameAt(tree, part) : '';
        if (name.length >= SHORTEST) yield name;
      }
    }
  }
}

function nameAt(tree: Tree, node: Node): string {
  if (tree.end[node]! - tree.start[node]! > LONGEST * 2) return '';
  if (isAttribute(tree, node)) return bare(valueOf(tree, node));
  return bare(tree.source.slice(tree.start[node], tree.end[node]).replace(/<[^>]*>/g, ' '));
}

function bare(words: string): string {
  return words.toLowerCase().replace(/\s+/g, ' ').trim();
}

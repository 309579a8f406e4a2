/**
 * Reads the text between two tags. Characters, references and CDATA sections become one text node, even with comments
 * and processing instructions in between. A reader of the document sees one text, and the ledger counts one fact.
 */
import {
  BLANK_CHARACTER,
  checkCharacters,
  classes,
  isBlank,
  RETURN,
  skipBlank,
  skipCharacter,
  TEXT_SPECIAL,
  type Characters,
} from './characters.js';
import { illFormed, tooCostly } from './fault.js';
import { addNode, type Nodes } from './nodes.js';
import { scanReference } from './scan-reference.js';
import { BLANK, ENCODED, TEXT, type Node } from './tree.js';

export interface TextRun {
  /** The offset of the first character; -1 as long as there is none. */
  start: number;
  end: number;
  /** Whether the text node will be ENCODED and BLANK, as far as it was read. */
  encoded: boolean;
  blank: boolean;
}

export function createTextRun(): TextRun {
  return { start: -1, end: -1, encoded: false, blank: true };
}

const LESS_THAN = 0x3c;
const AMPERSAND = 0x26;
const BRACKET = 0x5d;

/** Reads characters and references up to the next `<` or the end of the document, and answers its offset. */
export function scanText(text: Characters, offset: number, run: TextRun): number {
  const { source, codes } = text;
  let encoded = false;
  let blank = true;
  let i = offset;
  for (;;) {
    let every = BLANK_CHARACTER;
    let any = 0;
    let what = classes[codes[i]!]!;
    while ((what & TEXT_SPECIAL) === 0) {
      every &= what;
      any |= what;
      what = classes[codes[++i]!]!;
    }
    if (every === 0) blank = false;
    if ((any & RETURN) !== 0) encoded = true;
    const c = codes[i]!;
    if (c === LESS_THAN || i === source.length) break;
    if (c === AMPERSAND) {
      encoded = true;
      if (!isBlank(scanReference(source, i))) blank = false;
      i = source.indexOf(';', i) + 1;
    } else {
      if (c === BRACKET && source.startsWith(']]>', i)) {
        throw illFormed(source, i, '"]]>" in text must be written ]]&gt;');
      }
      blank = false;
      i = skipCharacter(text, i);
    }
  }
  if (i > offset) extend(run, offset, i, encoded, blank);
  return i;
}

/** Reads the CDATA section whose `<` is at `offset`, and answers the offset after it. */
export function scanCdata(text: Characters, offset: number, run: TextRun): number {
  const { source, codes } = text;
  const first = offset + '<![CDATA['.length;
  const end = source.indexOf(']]>', first);
  checkCharacters(text, first, end === -1 ? source.length : end);
  if (end === -1) throw illFormed(source, offset, 'the CDATA section does not end');
  const after = end + ']]>'.length;
  if (end > first) extend(run, offset, after, true, skipBlank(codes, first) >= end);
  return after;
}

/** Adds the text node if there is any text, and empties the run for the next text. */
export function endText(run: TextRun, nodes: Nodes, parent: Node, limit: number): void {
  const { start, end } = run;
  if (start === -1) return;
  if (end - start > limit) throw tooCostly(nodes.source, start, `a text is longer than ${limit} characters`);
  addNode(nodes, TEXT | (run.encoded ? ENCODED : 0) | (run.blank ? BLANK : 0), 0, parent, start, end);
  run.start = -1;
  run.encoded = false;
  run.blank = true;
}

function extend(run: TextRun, start: number, end: number, encoded: boolean, blank: boolean): void {
  if (run.start === -1) run.start = start;
  // A comment stands in between, so the raw characters are more than the value.
  else if (run.end !== start) run.encoded = true;
  if (encoded) run.encoded = true;
  if (!blank) run.blank = false;
  run.end = end;
}

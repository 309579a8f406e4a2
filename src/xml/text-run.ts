/**
 * The text between two tags: characters, references and CDATA sections, with comments and processing instructions in
 * between, are one text node. That is what a reader of the document sees, and one fact for the ledger.
 */
import { isBlank, skipCharacter } from './characters.js';
import { illFormed, tooCostly } from './fault.js';
import { addNode, type Nodes } from './nodes.js';
import { scanReference } from './scan-reference.js';
import { BLANK, ENCODED, TEXT, type Node } from './tree.js';

export interface TextRun {
  /** Offset of the first character; -1 where there is none yet. */
  start: number;
  end: number;
  /** ENCODED and BLANK of the text node to be, as far as it is read. */
  encoded: boolean;
  blank: boolean;
}

export function createTextRun(): TextRun {
  return { start: -1, end: -1, encoded: false, blank: true };
}

/** Bits: what a character in text says about the whole of it, and whether it needs a closer look. */
const NOT_BLANK = 1;
const NOT_AS_WRITTEN = 2;
const SPECIAL = 4;

const ascii = new Uint8Array(128).fill(NOT_BLANK);
for (let c = 0; c < 0x20; c++) ascii[c] = SPECIAL;
for (const c of [0x20, 0x09, 0x0a]) ascii[c] = 0;
ascii[0x0d] = NOT_AS_WRITTEN;
for (const c of '<&]') ascii[c.charCodeAt(0)] = SPECIAL;

const LESS_THAN = 0x3c;
const AMPERSAND = 0x26;
const BRACKET = 0x5d;

/** Reads characters and references up to the next `<` or the end of the document, and answers its offset. */
export function scanText(source: string, offset: number, run: TextRun): number {
  const length = source.length;
  let seen = 0;
  let i = offset;
  while (i < length) {
    const c = source.charCodeAt(i);
    const what = c < 128 ? ascii[c]! : c < 0xd800 ? NOT_BLANK : SPECIAL;
    if (what < SPECIAL) {
      seen |= what;
      i++;
    } else if (c === LESS_THAN) {
      break;
    } else if (c === AMPERSAND) {
      if (!isBlank(scanReference(source, i))) seen |= NOT_BLANK;
      seen |= NOT_AS_WRITTEN;
      i = source.indexOf(';', i) + 1;
    } else {
      if (c === BRACKET && source.startsWith(']]>', i))
        throw illFormed(source, i, '"]]>" in text must be written ]]&gt;');
      i = skipCharacter(source, i);
      seen |= NOT_BLANK;
    }
  }
  if (i > offset) extend(run, offset, i, (seen & NOT_AS_WRITTEN) !== 0, (seen & NOT_BLANK) === 0);
  return i;
}

/** Reads a CDATA section, whose `<` is at `offset`, and answers the offset after it. */
export function scanCdata(source: string, offset: number, run: TextRun): number {
  const first = offset + '<![CDATA['.length;
  let blank = true;
  let i = first;
  while (!source.startsWith(']]>', i)) {
    if (i >= source.length) throw illFormed(source, offset, 'the CDATA section does not end');
    if (!isBlank(source.charCodeAt(i))) blank = false;
    i = skipCharacter(source, i);
  }
  const end = i + ']]>'.length;
  if (i > first) extend(run, offset, end, true, blank);
  return end;
}

/** Adds the text node where there is any text, and makes the run ready for the next. */
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
  // A comment in between: what is written is more than the text.
  else if (run.end !== start) run.encoded = true;
  if (encoded) run.encoded = true;
  if (!blank) run.blank = false;
  run.end = end;
}

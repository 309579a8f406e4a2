/**
 * The grammar's answers for the selectors of the packaged mapping set, made when Cairn is built (scripts/keep-syntax.ts):
 * to parse them all would be a third of the time that loading the set takes. Each stands under the selector's text, on
 * which alone the answer depends; a selector that has been changed since, or is another set's, is parsed.
 */
import { readFileSync } from 'node:fs';
import { parseSelector } from '../xpath/grammar.js';
import { unpackSyntax } from '../xpath/packed-syntax.js';
import type { Syntax } from '../xpath/syntax.js';

let kept: ReadonlyMap<string, string> | undefined;

/** The syntax tree of a selector, kept or parsed; throws SelectorError as parsing does. */
export function syntaxOf(text: string): Syntax {
  kept ??= readKept();
  const packed = kept.get(text);
  return packed === undefined ? parseSelector(text) : unpackSyntax(packed, text);
}

/** Nothing is kept beside the sources: there everything is parsed. */
function readKept(): ReadonlyMap<string, string> {
  const file = new URL('./kept-syntax.json', import.meta.url);
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

import { cellOf } from '../cda/narrative-cell.js';
import { plainText, referenceOf } from '../cda/narrative.js';
import type { Reading } from '../cda/reading.js';
import { isElement, NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from '../xpath/context.js';
import type { ListFunctions, ListTest } from '../xpath/node-function.js';

/** What a node says in words: where it refers to narrative, what stands there. */
function words(context: SelectorContext, node: Node): string {
  const reading = context as SelectorContext & Reading;
  const target = isElement(context.tree, node) ? (referenceOf(reading, node)?.target ?? NONE) : NONE;
  return plainText(reading, target === NONE ? node : target);
}

function beginning(text: string): string {
  return text.trim().split(/\s[-–—]\s?|[([,;:]/, 1)[0]!;
}

/** The functions that mappings may call with the name of a word list (`words/<name>.json`). */
export const listFunctions: ListFunctions = {
  tests: new Map<string, ListTest>([
    // The whole text is one of the list's.
    ['is-listed', { words, whole: true, holds: (text, list) => list.place(text) >= 0 }],
    // What stands before a dash, a bracket, a comma or the like is one of the list's: `Active (since 2012)`.
    ['begins-with', { words, whole: true, holds: (text, list) => list.place(beginning(text)) >= 0 }],
    // The text is nothing but words and phrases of the list.
    ['consists-of', { words, whole: true, holds: (text, list) => list.made(text) }],
    // The text has a phrase of the list in it.
    ['mentions', { words, whole: false, holds: (text, list) => list.mentioned(text) }],
  ]),
  nodes: new Map([
    // The cell of the narrative row that a text refers to, in the column whose heading is of the list.
    [
      'cell',
      (context, nodes, list) =>
        nodes.flatMap((node) => {
          const cell = cellOf(context as SelectorContext & Reading, node, list);
          return cell === NONE ? [] : [cell];
        }),
    ],
  ]),
};

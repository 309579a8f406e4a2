import { cellOf } from '../cda/narrative-cell.js';
import { plainText, referenceOf } from '../cda/narrative.js';
import type { Reading } from '../cda/reading.js';
import { isElement, NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from '../xpath/context.js';
import type { ListFunctions, ListTest } from '../xpath/node-function.js';

/** The words of a node. If it refers to narrative, the words that stand there. */
function words(context: SelectorContext, node: Node): string {
  const reading = context as SelectorContext & Reading;
  const target = isElement(context.tree, node) ? (referenceOf(reading, node)?.target ?? NONE) : NONE;
  return plainText(reading, target === NONE ? node : target);
}

function beginning(text: string): string {
  return text.trim().split(/\s[-–—]\s?|[([,;:]|\s(?=\d)/, 1)[0]!;
}

/** The functions that mappings may call with the name of a word list (`words/<name>.json`). */
export const listFunctions: ListFunctions = {
  tests: new Map<string, ListTest>([
    // The whole text is in the list.
    ['is-listed', { words, whole: true, holds: (text, list) => list.place(text) >= 0 }],
    // The part before a dash, a bracket, a comma, a number or the like is in the list: `Active (since 2012)`.
    ['begins-with', { words, whole: true, holds: (text, list) => list.place(beginning(text)) >= 0 }],
    // The text consists of nothing but words and phrases of the list.
    ['consists-of', { words, whole: true, holds: (text, list) => list.made(text) }],
    // The text contains a phrase of the list.
    ['mentions', { words, whole: false, holds: (text, list) => list.mentioned(text) }],
  ]),
  nodes: new Map([
    // The cell of the narrative row that a text refers to, in the column whose heading is in the list.
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

import { agreeInCode, agreeInDate, agreeInDose, agreeInNumber, agreeInUnit, agreeInWords } from '../cda/agreement.js';
import { hasOwnRow } from '../cda/own-row.js';
import { plainText } from '../cda/narrative.js';
import type { Reading } from '../cda/reading.js';
import { isAttribute, valueOf, type Node } from '../xml/tree.js';
import type { SelectorContext } from '../xpath/context.js';
import type { NodeFunction } from '../xpath/node-function.js';

type Agree = (texts: readonly string[], other: string) => boolean;

function textOf(context: SelectorContext, node: Node): string {
  return isAttribute(context.tree, node)
    ? valueOf(context.tree, node)
    : plainText(context as SelectorContext & Reading, node);
}

/** Those of the second nodes that contradict the first ones: none where they agree, or can't be compared. */
function contradicting(agree: Agree): NodeFunction {
  return {
    minArguments: 2,
    maxArguments: 2,
    strict: true,
    call: (context, _node, [nodes = [], others = []]) => {
      if (others.length === 0) return [];
      const texts = nodes.map((node) => textOf(context, node));
      return others.filter((other) => !agree(texts, textOf(context, other)));
    },
  };
}

/** The functions that ask whether two places of a document agree: `other-date(effectiveTime/@value, cell(., 'column-date'))`. */
export const agreementFunctions: readonly (readonly [string, NodeFunction])[] = [
  [
    // Those of the statements whose row of the narrative no other statement refers to.
    'with-own-row',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, _node, [nodes = []]) =>
        nodes.filter((node) => hasOwnRow(context as SelectorContext & Reading, node)),
    },
  ],
  ['other-number', contradicting(agreeInNumber)],
  [
    // As `other-number`, of a dose that counts units of a product: its second nodes name that product.
    'other-dose',
    {
      minArguments: 3,
      maxArguments: 3,
      strict: true,
      call: (context, _node, [counts = [], names = [], others = []]) => {
        if (others.length === 0) return [];
        const [numbers, words] = [counts, names].map((nodes) => nodes.map((node) => textOf(context, node)));
        return others.filter((other) => !agreeInDose(numbers ?? [], words ?? [], textOf(context, other)));
      },
    },
  ],
  ['other-unit', contradicting(agreeInUnit)],
  ['other-code', contradicting(agreeInCode)],
  ['other-date', contradicting(agreeInDate)],
  ['other-words', contradicting(agreeInWords)],
];

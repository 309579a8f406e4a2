import { agreeInCode, agreeInDate, agreeInDose, agreeInNumber, agreeInUnit, agreeInWords } from '../cda/agreement.js';
import { hasOwnRow } from '../cda/own-row.js';
import { plainText } from '../cda/narrative.js';
import type { Reading } from '../cda/reading.js';
import { isAttribute, valueOf, type Node } from '../xml/tree.js';
import type { SelectorContext } from '../xpath/context.js';
import type { NodeFunction } from '../xpath/node-function.js';

type Agree = (texts: readonly string[], other: string) => boolean;

/** As `Agree`, for several lists of texts. */
type AgreeInAll = (said: readonly (readonly string[])[], other: string) => boolean;

function textOf(context: SelectorContext, node: Node): string {
  return isAttribute(context.tree, node)
    ? valueOf(context.tree, node)
    : plainText(context as SelectorContext & Reading, node);
}

/** The nodes of the last argument that contradict the earlier arguments. None if they agree or can't be compared. */
function contradictingAll(count: number, agree: AgreeInAll): NodeFunction {
  return {
    minArguments: count,
    maxArguments: count,
    strict: true,
    call: (context, _node, values) => {
      const others = values.at(-1) ?? [];
      if (others.length === 0) return [];
      const said = values.slice(0, -1).map((nodes) => nodes.map((node) => textOf(context, node)));
      return others.filter((other) => !agree(said, textOf(context, other)));
    },
  };
}

function contradicting(agree: Agree): NodeFunction {
  return contradictingAll(2, ([texts = []], other) => agree(texts, other));
}

/**
 * The functions that ask whether two places of a document agree: `other-date(effectiveTime/@value, cell(.,
 * 'column-date'))`.
 */
export const agreementFunctions: readonly (readonly [string, NodeFunction])[] = [
  [
    // The statements among these whose row in the narrative belongs to no other statement.
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
    // As `other-number`, for a dose that counts units of a product; the second argument names that product.
    'other-dose',
    contradictingAll(3, ([counts = [], names = []], other) => agreeInDose(counts, names, other)),
  ],
  ['other-unit', contradicting(agreeInUnit)],
  ['other-code', contradicting(agreeInCode)],
  ['other-date', contradicting(agreeInDate)],
  ['other-words', contradicting(agreeInWords)],
];

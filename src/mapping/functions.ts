import { authorsOf, informantsOf } from '../cda/authors.js';
import { confidentialityOf } from '../cda/confidentiality.js';
import { fullElement } from '../cda/full-element.js';
import { referenceOf } from '../cda/narrative.js';
import { isUsable, othersWithId, repeatedIds } from '../cda/same-id.js';
import type { NodeFunction } from '../xpath/node-function.js';
import type { Reading } from '../cda/reading.js';
import { NONE } from '../xml/tree.js';
import type { SelectorContext } from '../xpath/context.js';
import type { SelectorType } from '../xpath/compile.js';
import { agreementFunctions } from './agreement-functions.js';
import { ownOf } from './own.js';
import type { Run } from './run.js';

/** The functions that mappings may call beside those of XPath 1.0. */
export const functions: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ...agreementFunctions,
  [
    // The authors of the element at hand: its own, else its statement's, section's or document's (CDA R2 4.4).
    'authors',
    { minArguments: 0, maxArguments: 0, call: (context, node) => authorsOf(context.tree, node) },
  ],
  [
    // The confidentialityCode that holds for the element at hand: its section's, else the document's (CDA R2 4.4).
    'confidentiality',
    { minArguments: 0, maxArguments: 0, call: (context, node) => confidentialityOf(context.tree, node) },
  ],
  ['informants', { minArguments: 0, maxArguments: 0, call: (context, node) => informantsOf(context.tree, node) }],
  [
    // The statements that are the resource at hand together (`group` of its mapping), in document order.
    'group',
    { minArguments: 0, maxArguments: 0, call: (context) => (context as SelectorContext & Pick<Run, 'group'>).group },
  ],
  [
    // For an element that is only an id: the one elsewhere in the document with that id and more to say.
    'full',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, _node, [elements = []]) =>
        elements.map((e) => fullElement(context as SelectorContext & Reading, e)),
    },
  ],
  [
    // Every other element of the document that has one of these ids.
    'identified',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, _node, [ids = []]) => othersWithId(context as SelectorContext & Reading, ids),
    },
  ],
  [
    // Those of these ids that a statement beside and before the one at hand has, too.
    'repeated',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, node, [ids = []]) => repeatedIds(context, node, ids),
    },
  ],
  [
    // Those of these ids that can be somebody's: none without a root, of a null flavor, or that stands for an identifier only.
    'usable',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, _node, [ids = []]) => ids.filter((id) => isUsable(context as SelectorContext & Reading, id)),
    },
  ],
  [
    // Those that stand in no statement inside of this one that is a resource itself.
    'own',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, node, [nodes = []]) => ownOf(context as SelectorContext & Pick<Run, 'madeAt'>, node, nodes),
    },
  ],
  [
    // Where the words of a text stand: in the narrative that it refers to, else in itself.
    'said',
    {
      minArguments: 1,
      maxArguments: 1,
      call: (context, _node, [texts = []]) =>
        texts.map((text) => {
          const target = referenceOf(context as SelectorContext & Reading, text)?.target ?? NONE;
          return target === NONE ? text : target;
        }),
    },
  ],
]);

/** The variables that selectors may name; provenance/source.ts gives their values. */
export const variables: ReadonlyMap<string, SelectorType> = new Map<string, SelectorType>([
  ['size', 'number'],
  ['sha1', 'string'],
  ['sha256', 'string'],
  ['version', 'string'],
  ['mappings', 'string'],
  ['sender', 'string'],
  ['way', 'string'],
  ['messageControl', 'string'],
  ['traceNumber', 'string'],
  ['uniqueId', 'string'],
  ['part', 'string'],
]);

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

/** The functions that mappings may call, in addition to those of XPath 1.0. */
export const functions: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ...agreementFunctions,
  [
    // The authors of the element at hand: its own, else those of its statement, section or document (CDA R2 4.4).
    'authors',
    { minArguments: 0, maxArguments: 0, call: (context, node) => authorsOf(context.tree, node) },
  ],
  [
    // The confidentialityCode for the element at hand: that of its section, else of the document (CDA R2 4.4).
    'confidentiality',
    { minArguments: 0, maxArguments: 0, call: (context, node) => confidentialityOf(context.tree, node) },
  ],
  ['informants', { minArguments: 0, maxArguments: 0, call: (context, node) => informantsOf(context.tree, node) }],
  [
    // The statements that together are the resource at hand (`group` of its mapping), in document order.
    'group',
    { minArguments: 0, maxArguments: 0, call: (context) => (context as SelectorContext & Pick<Run, 'group'>).group },
  ],
  [
    // For an element that has only an id: the element with the same id elsewhere in the document that says more.
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
    // Those of these ids that an earlier sibling statement has too.
    'repeated',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, node, [ids = []]) => repeatedIds(context, node, ids),
    },
  ],
  [
    // Those of these ids that can identify somebody. Left out are ids without a root, with a null flavor, and values
    // that only fill the place of an identifier.
    'usable',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, _node, [ids = []]) => ids.filter((id) => isUsable(context as SelectorContext & Reading, id)),
    },
  ],
  [
    // Those of these nodes that are not inside an inner statement that is a resource itself.
    'own',
    {
      minArguments: 1,
      maxArguments: 1,
      strict: true,
      call: (context, node, [nodes = []]) => ownOf(context as SelectorContext & Pick<Run, 'madeAt'>, node, nodes),
    },
  ],
  [
    // Where the words of a text stand: in the narrative that it refers to, or else in the text itself.
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

/** The variables that selectors may use. provenance/source.ts gives their values. */
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

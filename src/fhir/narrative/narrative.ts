import type { Narrative } from 'fhir/r4.js';
import { plainText, referenceOf, warnOfDangling, type Reference } from '../../cda/narrative.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { NONE, type Node } from '../../xml/tree.js';
import { ownText } from '../types/text.js';
import { escape } from './escape.js';
import { partOf } from './fragment.js';
import { imageAddress } from './image.js';
import { startWriting, type XhtmlOptions } from './writing.js';
import { divAround, toXhtml } from './xhtml.js';

const SECTION = nameId('section');

/**
 * The longest fragment that a resource repeats. An entry that refers to the whole text of a long section would repeat
 * it all, and so would each of its thousand neighbours. The Composition has that text.
 */
const LONGEST_FRAGMENT = 50_000;

/** How much longer tags and attributes may make a short text. */
const LONGEST_MARKUP = 2_000;

/**
 * A FHIR Narrative. For a section it has the whole text; for an entry, what its `text` says and what that refers to,
 * with the context of the table or list (C-CDA on FHIR, mapping guidance, guidance-73 to -75). Undefined if there is
 * nothing to see.
 *
 * The status is `additional`, because nobody can know whether the author's words say more than the codes.
 */
export function toNarrative(
  reading: Reading,
  nodes: readonly Node[],
  options: XhtmlOptions = { images: (id) => imageAddress(reading, id) },
): Narrative | undefined {
  const { tree } = reading;
  const [first] = nodes;
  if (first === undefined) return undefined;
  const div =
    tree.name[tree.parent[first]!] === SECTION ? toXhtml(reading, first, options) : ofEntry(reading, nodes, options);
  return div === undefined ? undefined : { status: 'additional', div };
}

function ofEntry(reading: Reading, nodes: readonly Node[], options: XhtmlOptions): string | undefined {
  const parts = new Set<string>();
  for (const node of nodes) {
    const reference = referenceOf(reading, node);
    const own = ownText(reading, node, 'div');
    if (own !== undefined && !says(reading, reference, own))
      parts.add(`<p>${escape(own).replaceAll('\n', '<br/>')}</p>`);
    const part = reference === undefined ? undefined : referencedPart(reading, reference, options);
    if (part !== undefined) parts.add(part);
  }
  return parts.size === 0 ? undefined : divAround([...parts].join(''));
}

/** Whether the narrative that is referred to is the text itself, word for word. */
function says(reading: Reading, reference: Reference | undefined, text: string): boolean {
  if (reference === undefined || reference.target === NONE) return false;
  const { start, end } = reading.tree;
  // A target that is many times as long says more than the text. To read it for every entry that refers to it would
  // take too long.
  if (end[reference.target]! - start[reference.target]! > LONGEST_MARKUP + 20 * text.length) return false;
  return plainText(reading, reference.target).replace(/\s+/g, ' ') === text.replace(/\s+/g, ' ');
}

function referencedPart(reading: Reading, reference: Reference, options: XhtmlOptions): string | undefined {
  const { fact, target, url } = reference;
  if (target === NONE) {
    if (url === undefined) warnOfDangling(reading, reference);
    return undefined;
  }
  const { tree } = reading;
  const length = tree.end[target]! - tree.start[target]!;
  if (length > LONGEST_FRAGMENT || !reading.mayTell(fact, length)) return undefined;
  const writing = startWriting(reading, target, options, false);
  const part = partOf(writing, target);
  // A row has the head of its table, and a cell has those of its columns.
  if (!writing.hasContent || !reading.mayTell(fact, Math.max(part.length - length, 0))) return undefined;
  reading.journal.mapped(fact, 'div');
  return part;
}

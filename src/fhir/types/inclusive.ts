import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, NONE, type Node } from '../../xml/tree.js';

const INCLUSIVE = nameId('inclusive');

/** Periods and Ranges of FHIR include their bounds and can't say otherwise, so a bound's `@inclusive` is left out. */
export function dropInclusive({ journal, tree }: Reading, bound: Node): void {
  const found = bound === NONE ? NONE : attribute(tree, bound, INCLUSIVE);
  if (found !== NONE) journal.dropped(found, 'FHIR cannot say whether a bound is inclusive', journal.rule);
}

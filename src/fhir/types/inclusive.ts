import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, NONE, type Node } from '../../xml/tree.js';

const INCLUSIVE = nameId('inclusive');

/** Drops a bound's `@inclusive`, because the bounds of a FHIR Period or Range are always inclusive. */
export function dropInclusive({ journal, tree }: Reading, bound: Node): void {
  const found = bound === NONE ? NONE : attribute(tree, bound, INCLUSIVE);
  if (found !== NONE) journal.dropped(found, 'FHIR cannot say whether a bound is inclusive', journal.rule);
}

import { nameId } from '../cda/vocabulary.js';
import { isOfFact, USED, type Journal } from '../xml/journal.js';
import { children, isElement, type Node } from '../xml/tree.js';
import type { Match } from './compiled-mapping.js';
import type { Run } from './run.js';
import { hasKnownTemplate, holds } from './walk.js';

/** What a statement says: of one that is left over nothing of it is anywhere. */
const SAID = ['code', 'value', 'text', 'consumable', 'product', 'participant'].map(nameId);

/**
 * Makes resources of what nothing was made of, and of which nothing that it says was read: statements without a template that is
 * known, in a section that is not known, or in a statement that has no place for them. Only mappings whose match says
 * `"leftOver": true` are asked. The walk is over by then, so what is found here can refer to all that stands around it.
 */
export function makeLeftOver(run: Run): void {
  const { tree, mappings } = run;
  if (mappings.leftOver.size === 0) return;
  // The patient reads statements, too (birth sex), and may not have been asked for.
  if (mappings.subject !== undefined) run.makeFromHeader(mappings.subject.mapping);
  const read = new Uint8Array(tree.count);
  let seen = 0;
  const mark = (journal: Journal): void => {
    for (let line = 0; line < journal.checkpoint; line++)
      if (journal.markAt(line) !== USED && isOfFact(journal.markAt(line))) read[journal.nodeAt(line)] = 1;
  };
  mark(run.leftOut);
  for (let node = 1; node < tree.count; node++) {
    const matches = mappings.leftOver.get(tree.name[node]!);
    if (matches !== undefined && isElement(tree, node)) makeOf(node, matches);
  }

  /** Apart from the loop, which would allocate for its closures at every node of the document. */
  function makeOf(node: Node, matches: readonly Match[]): void {
    // That no mapping took what has its template was decided there.
    if (run.madeAt(node).length > 0 || hasKnownTemplate(run, node)) return;
    // What one of these reads is not left over any more.
    while (seen < run.made.length) mark(run.made[seen++]!.journal);
    if (SAID.some((name) => children(tree, node, name).some((child) => isRead(child)))) return;
    const match = matches.find((one) => holds(run, node, one));
    if (match === undefined) return;
    const made = run.makeStatement(match.mapping, node);
    if (made !== undefined) run.inJournalOf(made, () => match.where?.(run, node));
  }

  function isRead(node: Node): boolean {
    for (let fact = node; fact <= tree.last[node]!; fact++) if (read[fact] === 1) return true;
    return false;
  }
}

import { nameId } from '../cda/vocabulary.js';
import { isOfFact, USED, type Journal } from '../xml/journal.js';
import { children, isElement, type Node } from '../xml/tree.js';
import type { Match } from './compiled-mapping.js';
import type { ResourceMaker } from './resource-maker.js';
import { hasKnownTemplate, holds } from './walk.js';

/** The parts in which a statement says something. If any of these was read, the statement is not left over. */
const SAID = ['code', 'value', 'text', 'consumable', 'product', 'participant'].map(nameId);

/**
 * Makes resources of statements that nothing was made from and nothing was read of: statements without a known template
 * in an unknown section, or inside a statement that has no place for them. Only mappings with `"leftOver": true` in
 * their match are tried. This runs after the walk, so that what is made here can refer to everything around it.
 */
export function makeLeftOver(run: ResourceMaker): void {
  const { tree, mappings } = run;
  if (mappings.leftOver.size === 0) return;
  // The Patient also reads statements (birth sex), but nothing may have asked for it yet. So it is made first.
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

  /** A function of its own, because in the loop its closures would be allocated for every node of the document. */
  function makeOf(node: Node, matches: readonly Match[]): void {
    // If a mapping knows the template of the statement, it was decided during the walk that nothing is made.
    if (run.madeAt(node).length > 0 || hasKnownTemplate(run, node)) return;
    // What one of these resources reads is no longer left over.
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

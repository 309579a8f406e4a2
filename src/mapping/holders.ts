/**
 * Acts and organizers that only hold other statements. No mapping knows them, so their content is read as if they were
 * not there. So a reaction belongs to its allergy however deep it stands, and a statement alone in a holder counts as
 * an entry.
 */
import { nameId } from '../cda/vocabulary.js';
import type { Journal } from '../xml/journal.js';
import { hollowedOut } from '../xml/hollow.js';
import { children, isElement, type Node, type Tree } from '../xml/tree.js';
import type { HolderRule } from './holder-rule.js';
import { isKnown, type WalkedRun } from './walk.js';

const LINKS = ['component', 'entryRelationship'].map(nameId);

/**
 * The tree without the holders. What the holders themselves say is written into the journal that is returned; the run
 * keeps it.
 */
export function throughHolders(run: WalkedRun): { readonly tree: Tree; readonly journal: Journal } {
  const { tree, journal } = run;
  const rule = run.mappings.holders;
  const hollow: Node[] = [];
  if (rule !== undefined)
    for (let node = 1; node < tree.count; node++) {
      if (!rule.elements.has(tree.name[node]!) || !isElement(tree, node) || !isHolder(run, node, rule)) continue;
      rule.account?.(run, node);
      hollow.push(
        node,
        ...LINKS.flatMap((link) => children(tree, node, link)).filter((link) => holds(run, link, rule)),
      );
    }
  return { tree: hollowedOut(tree, hollow), journal };
}

function isHolder(run: WalkedRun, node: Node, { where }: HolderRule): boolean {
  return run.journal.silently(() => where.boolean(run, node) && !isKnown(run, node));
}

/** Whether a link leads to a statement or to another holder. */
function holds({ tree, mappings }: WalkedRun, link: Node, { elements }: HolderRule): boolean {
  return children(tree, link).some(
    (node) => mappings.statements[tree.name[node]!] === true || elements.has(tree.name[node]!),
  );
}

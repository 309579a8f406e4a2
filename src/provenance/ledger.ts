import type { FactStatus, Ledger, LedgerItem } from '../conversion.js';
import type { MappingSet } from '../mapping/mapping-set.js';
import { DROPPED, MAPPED, USED, type Journal } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isAttribute, valueOf, type Node, type Tree } from '../xml/tree.js';
import { forEachFact } from './facts.js';
import { sectionNarrative } from './section-narrative.js';

interface Dropped {
  readonly reason: string;
  readonly rule: string;
}

/**
 * What became of every fact: in the Bundle, decided something, readable in a section's narrative, left out by a rule, or
 * none of these. Totals are counted at once; the items are made when they are first asked for.
 */
export function ledgerOf(tree: Tree, journals: readonly Journal[], { ignored }: MappingSet): Ledger {
  const marks = new Uint8Array(tree.count);
  const dropped = new Map<Node, Dropped>();
  for (const journal of journals) {
    for (let line = 0; line < journal.checkpoint; line++) {
      const node = journal.nodeAt(line);
      const mark = journal.markAt(line);
      // Mapped is the best that can be said of a fact, dropped the least.
      if (marks[node] === 0 || mark < marks[node]!) marks[node] = mark;
    }
    for (const drop of journal.drops) {
      const node = journal.nodeAt(drop.line);
      if (!dropped.has(node)) dropped.set(node, drop);
    }
  }
  const narrative = sectionNarrative(tree);
  const statusOf = (fact: Node): FactStatus => {
    if (marks[fact] === MAPPED) return 'mapped';
    if (marks[fact] === USED) return 'used';
    if (marks[fact] === DROPPED || ignoredBy(tree, fact, ignored) !== undefined) return 'dropped';
    return narrative.says(fact) ? 'narrative' : 'unmapped';
  };
  const totals: Record<FactStatus | 'facts', number> = {
    facts: 0,
    mapped: 0,
    used: 0,
    narrative: 0,
    dropped: 0,
    unmapped: 0,
  };
  const left: { fact: Node; status: LedgerItem['status'] }[] = [];
  forEachFact(tree, (fact) => {
    const status = statusOf(fact);
    totals.facts++;
    totals[status]++;
    if (status !== 'mapped' && status !== 'used') left.push({ fact, status });
  });
  let items: LedgerItem[] | undefined;
  return {
    totals,
    get items() {
      items ??= left.map(({ fact, status }) =>
        itemOf(tree, fact, status, dropped.get(fact) ?? ignoredBy(tree, fact, ignored)),
      );
      return items;
    },
  };
}

function itemOf(tree: Tree, fact: Node, status: LedgerItem['status'], drop: Dropped | undefined): LedgerItem {
  const place = { path: xpathOf(tree, fact), ...positionOf(tree, fact), value: valueOf(tree, fact), status };
  if (status === 'dropped' && drop !== undefined) return { ...place, rule: drop.rule, reason: drop.reason };
  return {
    ...place,
    reason:
      status === 'narrative' ? 'no mapping reads it; the narrative of its section says it' : 'no mapping reads it',
  };
}

/** `code/@codeSystemName`, or `@codeSystemName` on any element. */
function ignoredBy(tree: Tree, fact: Node, ignored: MappingSet['ignored']): Dropped | undefined {
  if (ignored.size === 0) return undefined;
  const own = isAttribute(tree, fact) ? `@${tree.names.list[tree.name[fact]!] ?? ''}` : 'text()';
  const element = tree.names.list[tree.name[tree.parent[fact]!]!] ?? '';
  return ignored.get(`${element}/${own}`) ?? ignored.get(own);
}

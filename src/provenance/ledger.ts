import type { FactStatus, Ledger, LedgerItem, SameAs } from '../conversion.js';
import type { MappingSet } from '../mapping/mapping-set.js';
import { DROPPED, IGNORED, isOfFact, MAPPED, REPEATED, USED, type Journal } from '../xml/journal.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isAttribute, isElement, isText, stringValue, valueOf, type Node, type Tree } from '../xml/tree.js';
import { accounting } from './accounting/accounting.js';
import { sameIn } from './accounting/repetition.js';
import { forEachFact, isNarrative } from './facts.js';
import type { LeftOutEntries } from './left-out-entries.js';
import { sectionNarrative } from './section-narrative.js';
import { whyNot, type Read } from './why-not.js';

interface Dropped {
  readonly reason: string;
  readonly rule: string;
}

interface LedgerOptions extends Omit<Read, 'marks'> {
  /** How many issues ask whether the result agrees with the document. */
  readonly questioned?: number;
  /** How many times each rule of a term pack gave something. */
  readonly terms?: Readonly<Record<string, number>>;
  /** The statements that repeat another one. */
  readonly same?: () => readonly SameAs[];
  /** Is told every fact. */
  readonly entries?: LeftOutEntries;
  /** Is told every fact, with the accounting rule that decided, if one did. */
  readonly tell?: (fact: Node, status: FactStatus, rule: string | undefined) => void;
}

/**
 * What became of every fact: it is in the Bundle, it decided something, it can be read in a section's narrative, a rule
 * left it out, or none of these. The totals are counted at once; the items are made when they are first asked for.
 */
export function ledgerOf(
  tree: Tree,
  journals: readonly Journal[],
  { ignored, fixed }: MappingSet,
  { questioned = 0, terms, same = () => [], entries, tell, ...read }: LedgerOptions,
): Ledger {
  const marks = new Uint8Array(tree.count);
  for (const journal of journals) mark(marks, journal);
  markRepeated(tree, marks, journals);
  const narrative = sectionNarrative(tree);
  const accountFor = accounting(tree, marks, fixed);
  const rules: Record<string, number> = {};
  /** Why facts are left out of which no journal says it. */
  const accountedFor = new Map<Node, Dropped>();
  let ruleOfFact: string | undefined;
  const statusOf = (fact: Node): FactStatus => {
    ruleOfFact = undefined;
    const said = marks[fact]!;
    if (said === MAPPED) return 'mapped';
    if (said === USED) return 'used';
    if (said === DROPPED) return 'dropped';
    const accounted = accountFor(fact);
    if (accounted?.mark === USED) {
      ruleOfFact = accounted.rule;
      rules[accounted.rule] = (rules[accounted.rule] ?? 0) + 1;
      return 'used';
    }
    if (said === IGNORED || ignoredBy(tree, fact, ignored) !== undefined) return 'dropped';
    if (accounted?.drop !== undefined) {
      ruleOfFact = accounted.rule;
      rules[accounted.rule] = (rules[accounted.rule] ?? 0) + 1;
      accountedFor.set(fact, accounted.drop);
      return 'dropped';
    }
    // A reference that leads nowhere gives no words. An issue tells of it.
    if (read.refused.get(fact) === 'dangling-reference') {
      accountedFor.set(fact, { reason: whyNot(tree, fact, { ...read, marks }), rule: 'dangling-reference' });
      return 'dropped';
    }
    return narrative.says(fact) ? 'narrative' : 'unmapped';
  };
  const totals: Record<FactStatus | 'facts' | 'questioned', number> = {
    facts: 0,
    mapped: 0,
    used: 0,
    narrative: 0,
    dropped: 0,
    unmapped: 0,
    questioned,
  };
  /** By fact: the place in `LEFT` of its status, and one more. A list of them would be as long as the document. */
  const left = new Uint8Array(tree.count);
  forEachFact(tree, (fact) => {
    const status = statusOf(fact);
    totals.facts++;
    totals[status]++;
    entries?.tell(fact, status);
    tell?.(fact, status, ruleOfFact);
    if (status !== 'mapped' && status !== 'used') left[fact] = LEFT.indexOf(status) + 1;
  });
  const itemsOf = (): LedgerItem[] => {
    const dropped = droppedBy(journals);
    for (const [fact, drop] of accountedFor) dropped.set(fact, drop);
    const found: LedgerItem[] = [];
    for (let fact = 0; fact < left.length; fact++) {
      const status = LEFT[left[fact]! - 1];
      if (status === undefined) continue;
      const drop = dropped.get(fact) ?? ignoredBy(tree, fact, ignored);
      found.push(itemOf(tree, fact, status, drop, () => whyNot(tree, fact, { ...read, marks })));
    }
    return found;
  };
  let items: LedgerItem[] | undefined;
  let repeated: readonly SameAs[] | undefined;
  return {
    totals,
    rules,
    ...(terms === undefined ? {} : { terms }),
    get same() {
      return (repeated ??= same());
    },
    get items() {
      return (items ??= itemsOf());
    },
  };
}

/** What becomes of facts that are not in the Bundle and decided nothing. */
const LEFT: readonly LedgerItem['status'][] = ['narrative', 'dropped', 'unmapped'];

function mark(marks: Uint8Array, journal: Journal): void {
  for (let line = 0; line < journal.checkpoint; line++) {
    const node = journal.nodeAt(line);
    const mark = journal.markAt(line);
    // `mapped` is the strongest mark of a fact, `ignored` the weakest.
    if (mark !== REPEATED && isOfFact(mark) && (marks[node] === 0 || mark < marks[node]!)) marks[node] = mark;
  }
}

/** Why facts are left out, as the journals say. */
function droppedBy(journals: readonly Journal[]): Map<Node, Dropped> {
  const dropped = new Map<Node, Dropped>();
  for (const journal of journals)
    for (const drop of journal.drops) {
      for (let { line } = drop; line < drop.end; line++) {
        const node = journal.nodeAt(line);
        if (!dropped.has(node) || journal.markAt(line) === DROPPED) dropped.set(node, drop);
      }
    }
  return dropped;
}

/**
 * Whether two facts have the same text, or a fact has the same text as an element. The words of narrative are all in
 * the Bundle.
 */
function isSame(tree: Tree, fact: Node, other: Node, counts: (fact: Node) => boolean): boolean {
  if (wordsOf(tree, fact) !== wordsOf(tree, other)) return false;
  if (!isElement(tree, other)) return counts(other);
  if (isNarrative(tree, other)) return true;
  for (let node = other + 1; node <= tree.last[other]!; node++) if (isText(tree, node) && counts(node)) return true;
  return false;
}

function wordsOf(tree: Tree, node: Node): string {
  return stringValue(tree, node).replace(/\s+/g, ' ').trim();
}

/** Marks facts of `repeats` as used, if the other place has the same fact and that one reached the Bundle. */
function markRepeated(tree: Tree, marks: Uint8Array, journals: readonly Journal[]): void {
  const counts = (fact: Node): boolean => marks[fact] === MAPPED || marks[fact] === USED;
  const repeated: Node[] = [];
  for (const journal of journals) {
    for (const { line, other } of journal.repeats) {
      const place = journal.nodeAt(line);
      for (let fact = place; fact <= tree.last[place]!; fact++) {
        if (isElement(tree, fact) || counts(fact) || marks[fact] === DROPPED) continue;
        if (fact === place ? isSame(tree, fact, other, counts) : sameIn(tree, fact, place, other, counts))
          repeated.push(fact);
      }
    }
  }
  for (const fact of repeated) marks[fact] = USED;
}

function itemOf(
  tree: Tree,
  fact: Node,
  status: LedgerItem['status'],
  drop: Dropped | undefined,
  why: () => string,
): LedgerItem {
  const place = { path: xpathOf(tree, fact), ...positionOf(tree, fact), value: valueOf(tree, fact), status };
  if (status === 'dropped' && drop !== undefined) return { ...place, rule: drop.rule, reason: drop.reason };
  const reason = why();
  return {
    ...place,
    reason: status === 'narrative' ? `${reason}; it can be read in the narrative of its section` : reason,
  };
}

/** The reason in `ignored.json`: for `code/@codeSystemName`, or for `@codeSystemName` on any element. */
function ignoredBy(tree: Tree, fact: Node, ignored: MappingSet['ignored']): Dropped | undefined {
  if (ignored.size === 0) return undefined;
  const own = isAttribute(tree, fact) ? `@${tree.names.list[tree.name[fact]!] ?? ''}` : 'text()';
  const element = tree.names.list[tree.name[tree.parent[fact]!]!] ?? '';
  return ignored.get(`${element}/${own}`) ?? ignored.get(own);
}

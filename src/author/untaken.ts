import type { Examination } from '../examine.js';
import type { Match } from '../mapping/compiled-mapping.js';
import { valueAtPointer } from '../mapping/mapping-file.js';
import { holds } from '../mapping/walk.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isInside, type Node } from '../xml/tree.js';

/** A condition of `conditions.json` with its meaning. */
export interface NamedCondition {
  readonly name: string;
  readonly title: string;
}

/** Why mappings that are for the template of a statement did not take it. */
export interface UntakenStatement {
  readonly line: number;
  readonly column: number;
  /** The selectors that had to hold. Empty if they hold: a drop rule or another mapping came first. */
  readonly failed: readonly string[];
  /** The conditions that they name. */
  readonly conditions: readonly NamedCondition[];
  /** What the ledger says of the first fact in it that is not in the Bundle. */
  readonly reason: string | undefined;
}

export function untaken(
  { run, facts, conversion }: Examination,
  node: Node,
  matches: readonly Match[],
): UntakenStatement {
  const { tree } = run;
  const failed = matches.some((match) => holds(run, node, match))
    ? []
    : [...new Set(matches.flatMap(({ wheres }) => wheres))];
  const lost = facts.find(
    ({ fact, status }) => (status === 'dropped' || status === 'unmapped') && isInside(tree, fact, node),
  );
  const path = lost && xpathOf(tree, lost.fact);
  return {
    ...positionOf(tree, node),
    failed,
    conditions: conditionsNamedIn(failed.join(' '), run.mappings.files.conditions?.value),
    reason: path && conversion.ledger.items.find((item) => item.path === path)?.reason,
  };
}

/** The conditions that a text of selectors names, each with its title in `conditions.json`. */
export function conditionsNamedIn(text: string, file: unknown): NamedCondition[] {
  return [...new Set(text.match(/[a-z-]+(?=\(\))/g) ?? [])].flatMap((name) => {
    const title = valueAtPointer(file, `/conditions/${name}/title`);
    return typeof title === 'string' ? [{ name, title }] : [];
  });
}

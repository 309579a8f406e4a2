import type { Examination } from '../examine.js';
import type { FactStatus } from '../conversion.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isAttribute, isElement, isText, nodeName, valueOf, type Node, type Tree } from '../xml/tree.js';
import { ruleText, tracedRule, type ExplainedRule } from './explain.js';
import { untaken, type UntakenStatement } from './untaken.js';
import { templateOf } from './unmapped.js';

/** What became of one fact. */
export interface ExplainedFact {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly value: string;
  readonly status: FactStatus;
  /** The elements of the Bundle that its value stands in. */
  readonly became: readonly { readonly target: string; readonly rule: ExplainedRule | undefined }[];
  /** The elements of the Bundle that it only decided. */
  readonly decided: readonly { readonly target: string; readonly rule: ExplainedRule | undefined }[];
  /** The rule of the ledger that counts it: `template-constant`. */
  readonly accounting: string | undefined;
  /** The reason why it is not in the Bundle. */
  readonly reason: string | undefined;
  /** The rule that leaves it out, if there is one. */
  readonly dropRule: ExplainedRule | undefined;
}

/** A resource that was made of an element of the document. */
export interface MadeResource {
  /** Name of the element: `observation`. */
  readonly source: string;
  readonly resource: string;
  readonly mapping: string;
}

/** The nearest element around a place that is a statement: it has a template, or a resource was made of it. */
export interface SurroundingStatement {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** OID of its template; empty if it has none. */
  readonly template: string;
  readonly made: readonly MadeResource[];
  /** If no resource was made of it although mappings are for its template: why. */
  readonly untaken: UntakenStatement | undefined;
}

export interface ExplainedLine {
  readonly facts: readonly ExplainedFact[];
  /** The statements that begin in this line, with the resources made from them. Empty if a column was asked for. */
  readonly made: readonly MadeResource[];
  /** What the place belongs to, if a column was asked for or nothing that counts begins in the line. */
  readonly around: SurroundingStatement | undefined;
}

/**
 * Everything that was made from a source line, or the reason why nothing was. With a column: only the fact that stands
 * there, or if an element begins there (issues name such places) the facts of that element.
 */
export function explainLine(examination: Examination, line: number, column?: number): ExplainedLine {
  const { run, conversion, kept } = examination;
  const { tree } = run;
  const files = run.mappings.files;
  const here = (node: Node) => positionOf(tree, node).line === line;
  let facts = examination.facts.filter(({ fact }) => here(fact));
  const place = lastBefore(tree, line, column ?? Infinity);
  if (column !== undefined) {
    const own = facts.filter(({ fact }) => fact === place);
    facts = own.length > 0 ? own : facts.filter(({ fact }) => tree.parent[fact] === place);
  }
  const items = new Map(conversion.ledger.items.map((item) => [item.path, item]));
  const places = new Set(facts.map(({ fact }) => xpathOf(tree, fact)));
  const trace = conversion.trace.filter(({ sources, used = [] }) =>
    [...sources, ...used].some(({ source }) => places.has(source)),
  );
  const madeOf = (isMeant: (node: Node) => boolean): MadeResource[] =>
    kept.flatMap(({ resource, merged }) =>
      merged
        .filter(({ node }) => isElement(tree, node) && isMeant(node))
        .map(({ node, mapping }) => ({
          source: nodeName(tree, node),
          resource: `${resource.resource.resourceType}/${resource.resource.id ?? ''}`,
          mapping: mapping.id,
        })),
    );
  const made = column === undefined ? madeOf(here) : [];
  const alone = column !== undefined || (facts.length === 0 && made.length === 0);
  return {
    facts: facts.map(({ fact, status, rule }) => {
      const source = xpathOf(tree, fact);
      const targets = (of: 'sources' | 'used') =>
        trace
          .filter((entry) => entry[of]?.some((place) => place.source === source))
          .map((entry) => ({ target: entry.target, rule: tracedRule(files, entry.file, entry.rule) }));
      const item = items.get(source);
      return {
        source,
        ...positionOf(tree, fact),
        value: valueOf(tree, fact),
        status,
        became: targets('sources'),
        decided: targets('used'),
        accounting: rule,
        reason: item?.reason,
        dropRule: item?.rule === undefined ? undefined : ruleText(files, item.rule),
      };
    }),
    made,
    around: alone && place !== undefined ? surrounding(examination, place, madeOf) : undefined,
  };
}

/** The last node that begins at the place or before it: a long value goes on for lines. */
function lastBefore(tree: Tree, line: number, column: number): Node | undefined {
  let last: Node | undefined;
  for (let node = 1; node < tree.count; node++) {
    if (!isElement(tree, node) && !isAttribute(tree, node) && !isText(tree, node)) continue;
    const at = positionOf(tree, node);
    if (at.line < line || (at.line === line && at.column <= column)) last = node;
  }
  return last;
}

function surrounding(
  examination: Examination,
  place: Node,
  madeOf: (isMeant: (node: Node) => boolean) => MadeResource[],
): SurroundingStatement | undefined {
  const { tree, mappings } = examination.run;
  for (let node = place; node > 0; node = tree.parent[node]!) {
    if (!isElement(tree, node)) continue;
    const made = madeOf((one) => one === node);
    const template = templateOf(tree, node);
    if (made.length === 0 && template === '') continue;
    const matches = mappings.byTemplate.get(template) ?? [];
    return {
      source: nodeName(tree, node),
      ...positionOf(tree, node),
      template,
      made,
      untaken: made.length > 0 || matches.length === 0 ? undefined : untaken(examination, node, matches),
    };
  }
  return undefined;
}

import type { Examination } from '../convert.js';
import type { FactStatus } from '../conversion.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { isElement, nodeName, valueOf, type Node } from '../xml/tree.js';
import { ruleText, type ExplainedRule } from './explain.js';

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

export interface ExplainedLine {
  readonly facts: readonly ExplainedFact[];
  /** The statements that begin in this line, with the resources made from them. */
  readonly made: readonly { readonly source: string; readonly resource: string; readonly mapping: string }[];
}

/**
 * Everything that was made from a source line, or the reason why nothing was. With a column: only the fact that stands
 * there.
 */
export function explainLine(examination: Examination, line: number, column?: number): ExplainedLine {
  const { run, conversion, kept } = examination;
  const { tree } = run;
  const files = run.mappings.files;
  const here = (node: Node) => positionOf(tree, node).line === line;
  let facts = examination.facts.filter(({ fact }) => here(fact));
  if (column !== undefined) {
    // The last fact that begins before the column. The column may lie inside its value, which can be long.
    const before = facts.filter(({ fact }) => positionOf(tree, fact).column <= column);
    facts = before.slice(-1);
  }
  const items = new Map(conversion.ledger.items.map((item) => [item.path, item]));
  const places = new Set(facts.map(({ fact }) => xpathOf(tree, fact)));
  const trace = conversion.trace.filter(({ sources, used = [] }) =>
    [...sources, ...used].some(({ source }) => places.has(source)),
  );
  return {
    facts: facts.map(({ fact, status, rule }) => {
      const source = xpathOf(tree, fact);
      const targets = (of: 'sources' | 'used') =>
        trace
          .filter((entry) => entry[of]?.some((place) => place.source === source))
          .map((entry) => ({ target: entry.target, rule: ruleText(files, `${entry.file}#${entry.rule}`) }));
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
    made: kept.flatMap(({ resource, merged }) =>
      merged
        .filter(({ node }) => isElement(tree, node) && here(node))
        .map(({ node, mapping }) => ({
          source: nodeName(tree, node),
          resource: `${resource.resource.resourceType}/${resource.resource.id ?? ''}`,
          mapping: mapping.id,
        })),
    ),
  };
}

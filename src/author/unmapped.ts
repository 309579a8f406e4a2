/** `cairn ledger`: the facts that no mapping takes, counted by template and path. */
import type { FactStatus } from '../conversion.js';
import type { Examination } from '../examine.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, children, isAttribute, NONE, nodeName, valueOf, type Node, type Tree } from '../xml/tree.js';

const TEMPLATE_ID = nameId('templateId');
const ROOT = nameId('root');

/** The facts at one place, of all documents. */
export interface UnmappedPlace {
  /** OID of the template of the nearest enclosing element that has one; empty for a document without templates. */
  readonly template: string;
  /** The path from that element: `value/translation/@displayName`. */
  readonly path: string;
  readonly count: number;
  readonly documents: number;
  readonly reason: string;
  /** The most frequent values, if they were asked for. They are data of patients. */
  readonly values?: readonly { readonly value: string; readonly count: number }[];
}

/** The facts of one document that have this status, by template and path. */
export interface CountedFact {
  readonly template: string;
  readonly path: string;
  readonly reason: string;
  readonly value: string;
}

export function countedFacts({ run, facts, conversion }: Examination, status: FactStatus): CountedFact[] {
  const { tree } = run;
  const items = conversion.ledger.items.filter((item) => item.status === status).values();
  return facts
    .filter((fact) => fact.status === status)
    .map(({ fact }) => {
      // Both lists have the same facts in document order.
      const { value: item } = items.next() as { value?: { reason: string } };
      return { ...placeOf(tree, fact), reason: item?.reason ?? '', value: valueOf(tree, fact).trim() };
    });
}

function placeOf(tree: Tree, fact: Node): { template: string; path: string } {
  const steps = [isAttribute(tree, fact) ? `@${nodeName(tree, fact)}` : 'text()'];
  for (let at = tree.parent[fact]!; at > 0; at = tree.parent[at]!) {
    const template = templateOf(tree, at);
    if (template !== '') return { template, path: [nodeName(tree, at), ...steps].join('/') };
    steps.unshift(nodeName(tree, at));
  }
  return { template: '', path: steps.join('/') };
}

/** The last template that an element names; empty if it names none. Senders mostly write the most special one last. */
export function templateOf(tree: Tree, element: Node): string {
  const ids = children(tree, element, TEMPLATE_ID);
  const last = ids[ids.length - 1];
  const root = last === undefined ? NONE : attribute(tree, last, ROOT);
  return root === NONE ? '' : valueOf(tree, root).trim();
}

const MOST_VALUES = 5;

/** The facts of documents counted by place, the most frequent first. */
export function unmappedPlaces(documents: readonly (readonly CountedFact[])[], withValues: boolean): UnmappedPlace[] {
  const places = new Map<
    string,
    {
      first: CountedFact;
      count: number;
      documents: Set<number>;
      reasons: Map<string, number>;
      values: Map<string, number>;
    }
  >();
  documents.forEach((facts, index) => {
    for (const fact of facts) {
      const key = `${fact.template} ${fact.path}`;
      let place = places.get(key);
      if (place === undefined)
        places.set(
          key,
          (place = { first: fact, count: 0, documents: new Set(), reasons: new Map(), values: new Map() }),
        );
      place.count++;
      place.documents.add(index);
      place.reasons.set(fact.reason, (place.reasons.get(fact.reason) ?? 0) + 1);
      if (withValues) place.values.set(fact.value, (place.values.get(fact.value) ?? 0) + 1);
    }
  });
  return [...places.values()]
    .map(({ first: { template, path }, count, documents: of, reasons, values }) => ({
      template,
      path,
      count,
      documents: of.size,
      reason: mostFrequent(reasons)[0]?.[0] ?? '',
      ...(withValues
        ? {
            values: mostFrequent(values)
              .slice(0, MOST_VALUES)
              .map(([value, times]) => ({ value, count: times })),
          }
        : {}),
    }))
    .sort((a, b) => b.count - a.count || (a.template + a.path < b.template + b.path ? -1 : 1));
}

function mostFrequent(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1));
}

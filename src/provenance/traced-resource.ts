import type { Mapping } from '../mapping/mapping.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import { MADE, MAPPED, TRANSLATED, USED } from '../xml/journal.js';
import type { Node } from '../xml/tree.js';
import { around } from './leaves.js';

/** What the journals say about a leaf. */
export interface TracedLeaf {
  /** `problem-observation.json#/resource/code`; undefined if no directive made it. */
  readonly rule: string | undefined;
  readonly mapping: Mapping | undefined;
  /** The facts that were written down for exactly this element. */
  readonly nodes: readonly Node[];
  /** The facts of the value that the rule made, as near to the leaf as possible. */
  readonly near: readonly Node[];
  readonly conceptMap: string | undefined;
}

interface Said {
  readonly rule: string;
  readonly mapping: Mapping;
}

/**
 * The journals of everything that became one resource, by element. A leaf has the facts that were written down for
 * exactly its element. If there are none (a display from a table, the system of a unit), it has the facts of the value
 * that the same directive made. Its rule is the innermost directive.
 */
export class TracedResource {
  /** By element: the facts that were mapped to exactly this element, and the rule. */
  readonly #mapped = new Map<string, { nodes: Set<Node>; said: Said }>();
  /** By element: the facts at it or below it. */
  readonly #below = new Map<string, Set<Node>>();
  /** By element: the innermost directive that made it. */
  readonly #made = new Map<string, Said>();
  readonly #rows = new Map<string, string>();
  readonly #used = new Map<string, Set<Node>>();

  constructor(merged: readonly MappedResource[]) {
    for (const { journal, mapping } of merged) {
      for (let line = 0; line < journal.checkpoint; line++) {
        const [node, target] = [journal.nodeAt(line), journal.targets[line]!];
        const said = { rule: journal.rules[line]!, mapping };
        const mark = journal.markAt(line);
        if (mark === MADE && !this.#made.has(target)) this.#made.set(target, said);
        if (mark === USED) append(this.#used, target, node);
        if (mark === TRANSLATED && !this.#rows.has(target)) this.#rows.set(target, said.rule);
        if (mark === MAPPED || mark === TRANSLATED) this.#map(target, node, said, mark === MAPPED);
      }
    }
  }

  #map(target: string, node: Node, said: Said, byRule: boolean): void {
    for (const path of around(target)) append(this.#below, path, node);
    const known = this.#mapped.get(target);
    if (known !== undefined) known.nodes.add(node);
    else if (byRule) this.#mapped.set(target, { nodes: new Set([node]), said });
  }

  leaf(path: string): TracedLeaf {
    const own = this.#mapped.get(path);
    const row = this.#rowOf(path);
    for (const at of around(path)) {
      const said = this.#made.get(at);
      if (said === undefined) continue;
      // The rule of a fact is the innermost one that was running when it was read.
      if (own === undefined) return { ...said, nodes: [], near: this.#nearest(path, at), conceptMap: row };
      return { ...own.said, nodes: [...own.nodes], near: [], conceptMap: row };
    }
    return {
      rule: own?.said.rule,
      mapping: own?.said.mapping,
      nodes: [...(own?.nodes ?? [])],
      near: [],
      conceptMap: row,
    };
  }

  /** The facts of the same value, as near to the leaf as possible. */
  #nearest(path: string, value: string): readonly Node[] {
    for (const at of around(path)) {
      const nodes = this.#mapped.get(at)?.nodes ?? this.#below.get(at);
      if (nodes !== undefined) return [...nodes];
      if (at === value) break;
    }
    return [];
  }

  /** The row that made the code, or the coding around it. */
  #rowOf(path: string): string | undefined {
    const coding = path.replace(/\.(system|display)$/, '.code');
    return this.#rows.get(path) ?? this.#rows.get(coding);
  }

  /** The facts that decided a leaf: those read for it or for what is around it, but not for the resource as a whole. */
  usedFor(path: string): readonly Node[] {
    const nodes = new Set<Node>();
    for (const at of around(path)) for (const node of this.#used.get(at) ?? []) nodes.add(node);
    // These decided that the statement becomes such a resource.
    if (path === 'resourceType') for (const node of this.#used.get('') ?? []) nodes.add(node);
    return [...nodes];
  }
}

function append(map: Map<string, Set<Node>>, key: string, node: Node): void {
  const nodes = map.get(key);
  if (nodes === undefined) map.set(key, new Set([node]));
  else nodes.add(node);
}

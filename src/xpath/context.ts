import type { Journal } from '../xml/journal.js';
import type { Node, Tree } from '../xml/tree.js';

/** What a selector may look at while it runs, beside the node it starts from. */
export interface SelectorContext {
  readonly tree: Tree;
  /** Where what is read is written down. It changes from resource to resource. */
  journal: Journal;
  /** XPath variables (`$level`): text, a number, a truth value or nodes. */
  readonly variables: ReadonlyMap<string, Value>;
}

/** The four types of XPath 1.0 (1). Nodes are in document order, each once. */
export type Value = readonly Node[] | string | number | boolean;

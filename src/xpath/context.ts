import type { Journal } from '../xml/journal.js';
import type { Node, Tree } from '../xml/tree.js';

/** What a selector can use while it runs, beside the node that it starts from. */
export interface SelectorContext {
  readonly tree: Tree;
  /** The journal that marks are written to. Each resource has its own. */
  journal: Journal;
  /** The values of XPath variables (`$level`): text, number, truth value or nodes. */
  readonly variables: ReadonlyMap<string, Value>;
}

/** The four types of XPath 1.0 (1). Nodes are in document order, each once. */
export type Value = readonly Node[] | string | number | boolean;

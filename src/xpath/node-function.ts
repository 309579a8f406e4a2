import type { Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';

/**
 * A function that selectors may call beside those of XPath: `authors()`, `full(assignedAuthor)`. Its arguments are
 * nodes, and so is its result. What it reads is not marked for it.
 */
export interface NodeFunction {
  readonly minArguments: number;
  readonly maxArguments: number;
  /** Whether it gives nothing where its first argument gives it nothing. */
  readonly strict?: true;
  call(context: SelectorContext, node: Node, values: readonly (readonly Node[])[]): readonly Node[];
}

import type { Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import type { WordList } from './word-list.js';

/**
 * A function that is added to those of XPath: `authors()`, `full(assignedAuthor)`. Its arguments and its result are
 * nodes. Reading its arguments leaves no marks.
 */
export interface NodeFunction {
  readonly minArguments: number;
  readonly maxArguments: number;
  /** Whether it gives nothing if its first argument is empty. */
  readonly strict?: true;
  call(context: SelectorContext, node: Node, values: readonly (readonly Node[])[]): readonly Node[];
}

/**
 * A function of nodes that takes the name of a word list: `cell(text, 'column-drug')`. It gives nothing for no nodes.
 */
export type ListFunction = (context: SelectorContext, nodes: readonly Node[], list: WordList) => readonly Node[];

/**
 * A test of words against a word list. `is-listed(value/originalText, 'no-data')` holds if the text of one of the nodes
 * is in the list.
 */
export interface ListTest {
  /** The words of a node that are tested. */
  words(context: SelectorContext, node: Node): string;
  holds(words: string, list: WordList): boolean;
  /**
   * Whether the test is about the whole text, as an equality is. If so, the text that made it hold is marked as used.
   */
  readonly whole: boolean;
}

/** The functions that take the name of a word list. */
export interface ListFunctions {
  readonly tests: ReadonlyMap<string, ListTest>;
  readonly nodes: ReadonlyMap<string, ListFunction>;
}

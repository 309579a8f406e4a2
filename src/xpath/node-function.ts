import type { Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import type { WordList } from './word-list.js';

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

/** A function of nodes that is told a word list by name: `cell(text, 'column-drug')`. Strict, as NodeFunction has it. */
export type ListFunction = (context: SelectorContext, nodes: readonly Node[], list: WordList) => readonly Node[];

/** A test of words against a word list: `is-listed(value/originalText, 'no-data')` holds where one of the texts does. */
export interface ListTest {
  /** The words of a node. */
  words(context: SelectorContext, node: Node): string;
  holds(words: string, list: WordList): boolean;
  /** Whether the whole text is told by it, as by an equality: then what held is marked as used. */
  readonly whole: boolean;
}

/** Functions that take a word list. */
export interface ListFunctions {
  readonly tests: ReadonlyMap<string, ListTest>;
  readonly nodes: ReadonlyMap<string, ListFunction>;
}

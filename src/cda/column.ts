import type { WordList } from '../xpath/word-list.js';

/** The column of the narrative with the words of an element, and the columns whose words are not about it. */
export interface Column {
  readonly words: WordList;
  readonly others: readonly WordList[];
}

import type { Journal } from '../xml/journal.js';
import type { Node } from '../xml/tree.js';

/** A selector that was asked, or a directive that was tried, for `cairn explain --why-not`. */
export interface Attempt {
  /** The journal of the resource that was being made. */
  readonly journal: Journal;
  /** The element that was being made: `abatementDateTime`, `category[0].coding`; empty for the resource itself. */
  readonly element: string;
  /** `problem-observation.json#/resource/abatementDateTime/$when` */
  readonly rule: string;
  /** The node from which it was asked. */
  readonly node: Node;
  /** The answer of a selector: the number of nodes, a truth value or a text. Undefined for a directive. */
  readonly answer?: number | boolean | string;
  /** How many values a directive made; undefined for a selector. */
  readonly made?: number;
}

import type { Journal } from '../xml/journal.js';
import type { Node } from '../xml/tree.js';

/** That a selector was asked, or a directive tried: what `cairn explain --why-not` tells. */
export interface Attempt {
  /** Of the resource that was being made. */
  readonly journal: Journal;
  /** The element that was being made: `abatementDateTime`, `category[0].coding`; empty for the resource itself. */
  readonly element: string;
  /** `problem-observation.json#/resource/abatementDateTime/$when` */
  readonly rule: string;
  /** The node from which it was asked. */
  readonly node: Node;
  /** What a selector answered: how many nodes, a truth value, a text; undefined for a directive. */
  readonly answer?: number | boolean | string;
  /** How many values a directive made; undefined for a selector. */
  readonly made?: number;
}

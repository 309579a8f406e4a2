import type { Node } from '../../xml/tree.js';

/** A part of a set of times, with the operator that joins it to the parts before it. */
export interface Component {
  readonly node: Node;
  readonly operator: string;
}

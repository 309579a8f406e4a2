import type { Node } from '../../xml/tree.js';

/** A part of a set of times, with how it is joined to those before it. */
export interface Component {
  readonly node: Node;
  readonly operator: string;
}

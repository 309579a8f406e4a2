import type { Node } from '../xml/tree.js';
import type { MappedResource } from './mapped-resource.js';

const NOTHING: readonly MappedResource[] = [];

/**
 * The statements of a document from which resources were made, in document order. An inner statement may be entered
 * before the outer one.
 */
export class Statements {
  readonly #entries: { node: Node; made: MappedResource }[] = [];
  /** The members of groups. Each of them is a statement, although together they are one resource. */
  readonly #members = new Set<Node>();

  /** Enters a statement; each node is entered once. */
  enter(node: Node, made: MappedResource): void {
    const grouped = made.mapping.group !== undefined;
    if (made.matched && !(grouped && !this.#members.has(node))) return;
    made.matched = true;
    if (grouped) this.#members.add(node);
    this.#entries.splice(this.#before(node + 1), 0, { node, made });
  }

  leave(leaving: MappedResource): void {
    for (const node of leaving.nodes) {
      let index = this.#before(node);
      while (this.#entries[index]?.node === node && this.#entries[index]?.made !== leaving) index++;
      if (this.#entries[index]?.node === node) this.#entries.splice(index, 1);
      this.#members.delete(node);
    }
  }

  /** What was made from the statements between two nodes. */
  between(first: Node, last: Node): readonly MappedResource[] {
    const from = this.#before(first);
    const entry = this.#entries[from];
    if (entry === undefined || entry.node > last) return NOTHING;
    return this.#entries.slice(from, this.#before(last + 1)).map(({ made }) => made);
  }

  /**
   * How many statements stand before a node. Found by halving, because a large section asks for each of its entries.
   */
  #before(node: Node): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.node < node) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

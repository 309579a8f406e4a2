import { nameId } from '../cda/vocabulary.js';
import type { FactStatus } from '../conversion.js';
import { children, isElement, type Node, type Tree } from '../xml/tree.js';

const ENTRY = nameId('entry');
const SECTION = nameId('section');

/**
 * Finds entries of which no fact reached the Bundle and no rule gives a reason. Without this, a reader of the resources
 * would not see that they are missing. Facts must be told in document order.
 */
export class LeftOutEntries {
  readonly #tree: Tree;
  readonly #entries: readonly Node[];
  /** By entry: 1 if something of it is in the Bundle, 2 if something is not and no rule gives a reason. */
  readonly #states: Uint8Array;
  #at = 0;

  constructor(tree: Tree) {
    this.#tree = tree;
    const entries: Node[] = [];
    for (let node = 1; node < tree.count; node++) {
      if (tree.name[node] !== ENTRY || !isElement(tree, node) || tree.name[tree.parent[node]!] !== SECTION) continue;
      entries.push(node);
      node = tree.last[node]!;
    }
    this.#entries = entries;
    this.#states = new Uint8Array(entries.length);
  }

  tell(fact: Node, status: FactStatus): void {
    const { last } = this.#tree;
    while (this.#at < this.#entries.length && last[this.#entries[this.#at]!]! < fact) this.#at++;
    if (this.#at === this.#entries.length || fact < this.#entries[this.#at]!) return;
    if (status === 'mapped') this.#states[this.#at]! |= 1;
    else if (status === 'unmapped' || status === 'narrative') this.#states[this.#at]! |= 2;
  }

  /** The statements of these entries. */
  get statements(): Node[] {
    return this.#entries.flatMap((entry, index) =>
      this.#states[index] === 2 ? children(this.#tree, entry).slice(0, 1) : [],
    );
  }
}

/**
 * The text of the issue for such an entry. It is the same for each entry with the same kind of statement, so that the
 * issues are counted together.
 */
export function leftOutText(kind: string): string {
  return `Nothing of this entry (${kind === '' ? 'of no kind that CDA knows' : kind}) is in a resource: no mapping takes it, or its resource would lack what it needs. The narrative of its section may say it.`;
}

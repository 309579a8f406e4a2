import { nameId } from '../cda/vocabulary.js';
import type { FactStatus } from '../conversion.js';
import { children, isElement, type Node, type Tree } from '../xml/tree.js';

const ENTRY = nameId('entry');
const SECTION = nameId('section');

/**
 * The entries of sections of which no fact reached the Bundle and no rule says why: nobody who reads the resources sees
 * that they are missing. Facts are told in document order.
 */
export class LeftOutEntries {
  readonly #tree: Tree;
  readonly #entries: readonly Node[];
  /** By entry: 1 where something in it is in the Bundle, 2 where something is not and no rule says why. */
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

  /** The statements in them. */
  get statements(): Node[] {
    return this.#entries.flatMap((entry, index) =>
      this.#states[index] === 2 ? children(this.#tree, entry).slice(0, 1) : [],
    );
  }
}

/** What is told of such an entry; the same for each that holds the same kind of statement. */
export function leftOutText(kind: string): string {
  return `Nothing of this entry (${kind === '' ? 'of no kind that CDA knows' : kind}) is in a resource: no mapping takes it, or its resource would lack what it needs. The narrative of its section may say it.`;
}

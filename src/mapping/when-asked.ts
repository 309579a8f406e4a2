/**
 * What is compiled when it is first asked for. A document asks for a third of what the packaged set can do, and to compile a part
 * takes as long as converting a small document with it; sets that were not checked before are compiled at once, since their
 * mistakes have to be told.
 */
import type { Node } from '../xml/tree.js';
import type { Needs } from '../xpath/needs.js';
import type { Part, Produce } from './part.js';
import type { Run } from './run.js';
import type { Environment } from './scope.js';

/** A piece of a mapping whose needs are known before it is compiled. */
export function pieceWhenAsked(needs: Needs, compile: () => Part): Part {
  let produce: Produce | undefined;
  const part: { -readonly [Key in keyof Part]: Part[Key] } = {
    literal: false,
    needs,
    produce: (run, node, out, limit) => {
      // From now on the piece itself is asked, by all but those who kept this function.
      if (produce === undefined) part.produce = produce = compile().produce;
      return produce(run, node, out, limit);
    },
  };
  return part;
}

/** Something asked or done of a node: of a set that was checked before, compiled when the first node comes. */
export function whenChecked<T>(
  { checked }: Pick<Environment, 'checked'>,
  compile: () => (run: Run, node: Node) => T,
): (run: Run, node: Node) => T {
  if (!checked) return compile();
  let act: ((run: Run, node: Node) => T) | undefined;
  return (run, node) => (act ??= compile())(run, node);
}

/** A map whose values are made when they are first asked for; what makes one may put it, and more, into other maps too. */
export class MapWhenAsked<V> extends Map<string, V> {
  readonly #makers = new Map<string, () => void>();

  /** @param make puts the value into the map */
  later(key: string, make: () => void): void {
    this.#makers.set(key, make);
  }

  override has(key: string): boolean {
    return super.has(key) || this.#makers.has(key);
  }

  override get(key: string): V | undefined {
    const make = this.#makers.get(key);
    if (make !== undefined) {
      this.#makers.delete(key);
      if (!super.has(key)) make();
    }
    return super.get(key);
  }
}

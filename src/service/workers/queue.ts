/**
 * Who is next. Large documents wait in a line of their own and never hold the last worker, so that small ones,
 * which are nearly all, do not wait for seconds behind them.
 */
export interface Waiting {
  readonly large: boolean;
}

export interface Queue<Item extends Waiting> {
  readonly length: number;
  add(item: Item): void;
  remove(item: Item): boolean;
  /** The next item that may start, taken out of the queue. */
  next(workers: { readonly count: number; readonly busyWithLarge: number }): Item | undefined;
}

export function createQueue<Item extends Waiting>(): Queue<Item> {
  const small = new Set<Item>();
  const large = new Set<Item>();
  // Which line was served last, so that a steady stream of small documents does not starve the large ones.
  let largeWasLast = false;
  return {
    get length() {
      return small.size + large.size;
    },
    add(item) {
      (item.large ? large : small).add(item);
    },
    remove: (item) => small.delete(item) || large.delete(item),
    next({ count, busyWithLarge }) {
      const largeMay = large.size > 0 && busyWithLarge < Math.max(1, count - 1);
      const line = largeMay && (small.size === 0 || !largeWasLast) ? large : small;
      const [item] = line;
      if (item === undefined) return undefined;
      line.delete(item);
      largeWasLast = item.large;
      return item;
    },
  };
}

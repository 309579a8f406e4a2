/**
 * Splits a Bundle that is larger than a receiver accepts. No resource is sent before the resources that it refers to.
 */
import { addressOf, type Entry } from './entries.js';

export interface SplitLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * Some resources refer to each other in a circle, so they must be sent together, but they are too many for one request.
 */
export class CycleTooLargeError extends Error {
  override readonly name = 'CycleTooLargeError';
}

/** A resource with what it refers to. */
export type Linked = Pick<Entry, 'type' | 'id' | 'references'>;

/** The bytes that an entry needs beside the JSON of its resource. */
const FRAME_BYTES = 150;

/**
 * Splits entries into parts for one request each.
 * @throws CycleTooLargeError
 */
export function split(entries: readonly Entry[], { maxEntries, maxBytes }: SplitLimits): Entry[][] {
  const parts: Entry[][] = [];
  let part: Entry[] = [];
  let bytes = 0;
  for (const group of groupsInOrder(entries)) {
    const size = group.reduce((sum, { json }) => sum + Buffer.byteLength(json) + FRAME_BYTES, 0);
    if (group.length > maxEntries || (size > maxBytes && group.length > 1)) {
      throw new CycleTooLargeError(
        `${group.length} resources point at each other in a circle, more than one request may hold`,
      );
    }
    if (part.length > 0 && (part.length + group.length > maxEntries || bytes + size > maxBytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(...group);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/**
 * The groups of resources that refer to each other in circles, each after the groups that it refers to. (These are the
 * strongly connected components, in the order in which the algorithm of Tarjan, 1972, gives them.) It does not recurse,
 * because a Bundle may be a chain of thousands.
 */
export function groupsInOrder<T extends Linked>(entries: readonly T[]): T[][] {
  const places = new Map(entries.map((entry, place) => [addressOf(entry), place]));
  const targets = entries.map(({ references }) =>
    references.flatMap((address) => {
      const place = places.get(address);
      return place === undefined ? [] : [place];
    }),
  );
  const index = new Int32Array(entries.length).fill(-1);
  const low = new Int32Array(entries.length);
  const isOnStack = new Uint8Array(entries.length);
  const stack: number[] = [];
  const groups: T[][] = [];
  let count = 0;
  for (let root = 0; root < entries.length; root++) {
    if (index[root] !== -1) continue;
    const way: { at: number; next: number }[] = [{ at: root, next: 0 }];
    while (way.length > 0) {
      const step = way.at(-1)!;
      const { at } = step;
      if (step.next === 0) {
        index[at] = low[at] = count++;
        stack.push(at);
        isOnStack[at] = 1;
      }
      const target = targets[at]![step.next++];
      if (target !== undefined) {
        if (index[target] === -1) way.push({ at: target, next: 0 });
        else if (isOnStack[target] === 1) low[at] = Math.min(low[at]!, index[target]!);
        continue;
      }
      way.pop();
      const before = way.at(-1);
      if (before !== undefined) low[before.at] = Math.min(low[before.at]!, low[at]!);
      if (low[at] !== index[at]) continue;
      const group = stack.splice(stack.lastIndexOf(at));
      for (const one of group) isOnStack[one] = 0;
      groups.push(group.sort((one, other) => one - other).map((one) => entries[one]!));
    }
  }
  return groups;
}

/**
 * The items without those that say what one before them says, and for each of all the place of what says it now; undefined
 * where no two say the same.
 *
 *   eachOnce(['a', 'b', 'a'], (text) => text)   // { kept: ['a', 'b'], places: [0, 1, 0] }
 */
export function eachOnce<Item>(
  items: readonly Item[],
  said: (item: Item) => unknown,
): { readonly kept: Item[]; readonly places: readonly number[] } | undefined {
  const placeOf = new Map<unknown, number>();
  const kept: Item[] = [];
  const places = items.map((item) => {
    const words = said(item);
    let place = placeOf.get(words);
    if (place === undefined) placeOf.set(words, (place = kept.push(item) - 1));
    return place;
  });
  return kept.length === items.length ? undefined : { kept, places };
}

/**
 * Leaves out items that say the same as an earlier item. `places` has for each old item the place of the item that now
 * says it. Undefined if no two items say the same.
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

import { resourceKey } from '../bundle/address.js';
import { keysOf } from './fact-key.js';
import type { Version } from './union.js';
import { isSubset } from './versions.js';

/**
 * The ids under which resources of different ids go that say the same fact. Two resources of one document are never
 * joined: its author has told them apart.
 */
export function joinFacts(versions: readonly Version[]): Map<string, string> {
  const places = new Map<string, Set<string>>();
  const parts = new Set<string>();
  const byFact = new Map<string, Set<string>>();
  for (const { resource, document } of versions) {
    const key = resourceKey(resource);
    if (isSubset(resource)) parts.add(key);
    const of = places.get(key) ?? new Set<string>();
    places.set(key, of.add(document));
    for (const fact of keysOf(resource)) byFact.set(fact, (byFact.get(fact) ?? new Set<string>()).add(key));
  }
  const groups = new Map<string, FactGroup>();
  const groupOf = (key: string): FactGroup => {
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { keys: [key], documents: new Set(places.get(key)) }));
    return group;
  };
  const shared = [...byFact].filter(([, keys]) => keys.size > 1);
  for (const [, keys] of shared.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first = '', ...rest] = [...keys].sort();
    for (const other of rest) {
      const [one, two] = [groupOf(first), groupOf(other)];
      if (one === two || [...two.documents].some((document) => one.documents.has(document))) continue;
      one.keys.push(...two.keys);
      for (const document of two.documents) one.documents.add(document);
      for (const key of two.keys) groups.set(key, one);
    }
  }
  const joined = new Map<string, string>();
  for (const { keys } of new Set(groups.values())) {
    if (keys.length < 2) continue;
    keys.sort();
    // A part goes under the id of its whole.
    const first = keys.find((one) => !parts.has(one)) ?? keys[0]!;
    for (const key of keys) if (key !== first) joined.set(key, first.slice(first.indexOf('/') + 1));
  }
  return joined;
}

/** Resources that say the same fact, with the documents that say them. */
interface FactGroup {
  readonly keys: string[];
  readonly documents: Set<string>;
}

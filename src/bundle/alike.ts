import type { LikenessDetails } from '../mapping/mapped-resource.js';
import type { MappedResource } from '../mapping/mapped-resource.js';

/** All resources of one key that are compared by one name. */
interface One {
  readonly key: string;
  readonly resources: MappedResource[];
}

/** All that one key says of itself. */
interface Told {
  readonly one: One;
  readonly details: readonly LikenessDetails[];
}

/**
 * Finds what one document says of the same person or organization under different ids: an author with a National Provider
 * Identifier is the performer of that name without any id. Answers, for each resource that is the same as one of another
 * key, the key that all of them have: the one that is made from the best alternative of `identity.by`, whatever their order in
 * the document.
 *
 * Of three of one name of whom two contradict each other, nobody can say who the third is: then only those are one that
 * share an id, and contradict each other nowhere.
 *
 * The work grows with the number of resources and of their ids alone.
 */
export function alikeKeys(resources: readonly MappedResource[]): ReadonlyMap<MappedResource, string> {
  const keys = new Map<MappedResource, string>();
  for (const named of byName(resources).values()) {
    if (named.size < 2) continue;
    const all = [...named.values()].map((one) => ({ one, details: detailsOf(one) }));
    const together = agree(all) ? [all] : sharingIds(all).filter((some) => some.length > 1 && agree(some));
    for (const some of together) {
      const key = bestKey(some.map(({ one }) => one));
      for (const { one } of some) for (const resource of one.resources) keys.set(resource, key);
    }
  }
  if (keys.size > 0) alsoWithoutName(resources, keys);
  return keys;
}

/** What only repeats the id of one of them, without a name, goes with it; not where two of that id went apart. */
function alsoWithoutName(resources: readonly MappedResource[], keys: Map<MappedResource, string>): void {
  const went = new Map<string, string | undefined>();
  const place = ({ mapping, key }: MappedResource): string => `${mapping.id}|${key}`;
  for (const resource of resources) {
    if (resource.likeness() === undefined) continue;
    const to = keys.get(resource) ?? resource.key;
    const at = place(resource);
    went.set(at, went.has(at) && went.get(at) !== to ? undefined : to);
  }
  for (const resource of resources) {
    const to = keys.has(resource) ? undefined : went.get(place(resource));
    if (to !== undefined && resource.likeness() === undefined) keys.set(resource, to);
  }
}

/** By mapping and name, and in that by key. */
function byName(resources: readonly MappedResource[]): Map<string, Map<string, One>> {
  const names = new Map<string, Map<string, One>>();
  for (const resource of resources) {
    const likeness = resource.likeness();
    if (likeness === undefined) continue;
    const name = `${resource.mapping.id}|${likeness.name}`;
    let named = names.get(name);
    if (named === undefined) names.set(name, (named = new Map<string, One>()));
    const one = named.get(resource.key);
    if (one === undefined) named.set(resource.key, { key: resource.key, resources: [resource] });
    else one.resources.push(resource);
  }
  return names;
}

function detailsOf({ resources }: One): LikenessDetails[] {
  return resources.flatMap((resource) => resource.likeness()?.details() ?? []);
}

/** Whether nothing that they say of themselves contradicts: of each system they have an id in common, if they have any. */
function agree(several: readonly Told[]): boolean {
  const common = new Map<string, ReadonlySet<string>>();
  const said: string[] = [];
  for (const { details } of several) {
    for (const [system, ids] of idsOf(details)) {
      const before = common.get(system);
      const both = before === undefined ? ids : new Set([...before].filter((id) => ids.has(id)));
      if (both.size === 0) return false;
      common.set(system, both);
    }
    for (const { apart } of details) {
      for (const [index, text] of apart.entries()) {
        if (text === '') continue;
        const before = (said[index] ??= text);
        if (before !== text) return false;
      }
    }
  }
  return true;
}

/** The ids of all that have one key, by system. */
function idsOf(several: readonly LikenessDetails[]): ReadonlyMap<string, ReadonlySet<string>> {
  const [first] = several;
  if (several.length === 1 && first !== undefined) return first.ids;
  const all = new Map<string, Set<string>>();
  for (const { ids } of several) {
    for (const [system, some] of ids) {
      const there = all.get(system);
      if (there === undefined) all.set(system, new Set(some));
      else for (const id of some) there.add(id);
    }
  }
  return all;
}

/** Those that have an id in common, directly or by way of others. */
function sharingIds(all: readonly Told[]): Told[][] {
  const leaders = new Map<Told, Told>();
  const leaderOf = (one: Told): Told => {
    let leader = one;
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader)) leader = next;
    if (leader !== one) leaders.set(one, leader);
    return leader;
  };
  const byId = new Map<string, Told>();
  for (const one of all) {
    for (const ids of idsOf(one.details).values()) {
      for (const id of ids) {
        const other = byId.get(id);
        if (other === undefined) byId.set(id, one);
        else if (leaderOf(other) !== leaderOf(one)) leaders.set(leaderOf(one), leaderOf(other));
      }
    }
  }
  const groups = new Map<Told, Told[]>();
  for (const one of all) {
    const leader = leaderOf(one);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** The key of the strongest alternative, of two the one that comes first as text. */
function bestKey(several: readonly One[]): string {
  let best = { rank: Infinity, key: '' };
  for (const { key, resources } of several) {
    const rank = resources[0]!.rank();
    if (rank < best.rank || (rank === best.rank && key < best.key)) best = { rank, key };
  }
  return best.key;
}

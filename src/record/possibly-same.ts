import type { FhirResource } from 'fhir/r4.js';
import { factKeys, valuesOf } from './fact-key.js';
import { resourceKey } from '../bundle/address.js';
import type { PossiblySame } from './person-record.js';

/**
 * Facts of the same day whose codes come from systems with nothing in common. They may be the same fact, but nobody
 * can tell.
 */
export function possiblySame(ofType: (type: string) => readonly FhirResource[]): PossiblySame[] {
  const found: PossiblySame[] = [];
  for (const [type, [code, day]] of Object.entries(factKeys.possible)) {
    const days = new Map<string, { key: string; systems: Set<string> }[]>();
    for (const resource of ofType(type)) {
      const systems = new Set(valuesOf(resource, code).map((token) => token.slice(0, token.indexOf('|'))));
      if (systems.size === 0) continue;
      for (const at of valuesOf(resource, day)) {
        days.set(at, [...(days.get(at) ?? []), { key: resourceKey(resource), systems }]);
      }
    }
    for (const group of days.values()) {
      for (const [index, one] of group.entries()) {
        for (const other of group.slice(index + 1)) {
          if ([...one.systems].some((system) => other.systems.has(system))) continue;
          found.push({ resources: [one.key, other.key], why: 'same day, no code in common' });
        }
      }
    }
  }
  return found;
}

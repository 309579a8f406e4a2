import { headerOffset } from './cda/document.js';
import type { TimeZoneRule } from './cda/reading.js';
import type { Tree } from './xml/tree.js';

/**
 * What is done with times that have no offset: the zone asked for, else the sender's, else nothing is invented.
 * `document` borrows the offset of the header.
 * @throws RangeError where there is no such zone.
 */
export function timeZoneRule(tree: Tree, asked: string | undefined, sender: string | undefined): TimeZoneRule {
  const zone = asked ?? sender;
  if (zone === undefined) return { kind: 'none' };
  if (zone === 'document') {
    const offset = headerOffset(tree);
    return offset === undefined ? { kind: 'none' } : { kind: 'offset', offset };
  }
  // Throws a RangeError of its own where the zone is unknown.
  new Intl.DateTimeFormat('en-US', { timeZone: zone });
  return { kind: 'zone', zone };
}

import { headerOffset } from './cda/document.js';
import type { TimeZoneRule } from './cda/reading.js';
import { isTimeZone } from './fhir/time-zone.js';
import { OptionError } from './option-error.js';
import type { Tree } from './xml/tree.js';

/**
 * Chooses what is done with times without an offset: the zone that is asked for, else that of the sender. Without
 * either nothing is invented. `document` means the offset of the header.
 * @throws OptionError if there is no such zone
 */
export function timeZoneRule(tree: Tree, asked: string | undefined, sender: string | undefined): TimeZoneRule {
  const zone = asked ?? sender;
  if (zone === undefined) return { kind: 'none' };
  if (zone === 'document') {
    const offset = headerOffset(tree);
    return offset === undefined ? { kind: 'none' } : { kind: 'offset', offset };
  }
  if (!isTimeZone(zone))
    throw new OptionError(`there is no time zone "${zone}"; zones have IANA names such as America/Chicago`);
  return { kind: 'zone', zone };
}

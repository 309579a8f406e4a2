import { isTimeZone } from '../fhir/time-zone.js';
import { suggestion } from '../xpath/nearest.js';
import type { MappingFiles } from '../mapping/read-files.js';
import { identifierSystemOf } from '../terminology/systems.js';
import { findingAt, type LintFinding } from './finding.js';

const KEYS = ['$schema', '$comment', 'oids', 'timeZone', 'usCore', 'valuesBesideNullFlavors'];

/** Mistakes in sender.json that load, and then have no effect or take other senders' documents. */
export function oddSenders({ senders }: MappingFiles): LintFinding[] {
  return [...senders.values()].flatMap(({ description: file }) => {
    if (file === undefined || typeof file.value !== 'object' || file.value === null) return [];
    const { oids, timeZone, valuesBesideNullFlavors } = file.value as Readonly<Record<string, unknown>>;
    const found = Object.keys(file.value)
      .filter((key) => !KEYS.includes(key))
      .map((key) => {
        const message = `sender.json has no "${key}"${suggestion(key, KEYS)}`;
        return findingAt('sender', file, `/${key}`, message);
      });
    if (typeof timeZone === 'string' && !isTimeZone(timeZone))
      found.push(
        findingAt('sender', file, '/timeZone', `"${timeZone}" is not a time zone, such as America/Chicago`, 'value'),
      );
    if (valuesBesideNullFlavors !== undefined && typeof valuesBesideNullFlavors !== 'boolean')
      found.push(findingAt('sender', file, '/valuesBesideNullFlavors', 'this is true or false', 'value'));
    if (Array.isArray(oids))
      oids.forEach((oid: unknown, index) => {
        if (typeof oid !== 'string' || !/^\d+(\.\d+)+$/.test(oid))
          found.push(
            findingAt('sender', file, `/oids/${index}`, 'an OID has numbers and dots only: 2.999.77', 'value'),
          );
        if (typeof oid === 'string' && isShared(oid))
          found.push(
            findingAt('sender', file, `/oids/${index}`, `${oid} is ${sharedBy(oid)}, not of one sender`, 'value'),
          );
      });
    return found;
  });
}

/** HL7's OID for examples: senders copy it from the samples of the guides. */
const HL7_EXAMPLES = '2.16.840.1.113883.19.';

/**
 * Whether an OID is of no use to tell one sender from another: many organizations have their numbers under it, as under the
 * OID of NPIs, or it is HL7's for examples.
 */
export function isShared(oid: string): boolean {
  return identifierSystemOf(oid) !== undefined || `${oid}.`.startsWith(HL7_EXAMPLES);
}

function sharedBy(oid: string): string {
  const system = identifierSystemOf(oid);
  return system === undefined
    ? 'under the OID that HL7 has for examples'
    : `the OID of numbers that many organizations have (${system})`;
}

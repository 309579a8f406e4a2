import type { Extension } from 'fhir/r4.js';
import { parseTs } from '../cda/types/ts.js';
import { nameId } from '../cda/vocabulary.js';
import type { Primitive } from '../fhir/primitive.js';
import { toIdentifier } from '../fhir/types/identifier.js';
import { toInstant } from '../fhir/types/instant.js';
import type { Run } from '../mapping/run.js';
import { attribute, child, NONE, valueOf, type Node } from '../xml/tree.js';
import { xpathOf } from '../xml/position.js';
import type { BundleHeader } from './bundle.js';
import { fallbackTime } from './fallback-time.js';

const ID = nameId('id');
const EFFECTIVE_TIME = nameId('effectiveTime');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/** On a timestamp that had to be completed: what the document left out was taken as midnight, UTC. */
const UTC_ASSUMED: Extension = { url: 'urn:cairn:utc-assumed', valueBoolean: true };

/** The document's id and time for a `document` Bundle, which must have both (FHIR R4, bdl-9 and bdl-10). */
export function bundleHeader(run: Run): BundleHeader {
  const id = child(run.tree, ROOT_ELEMENT, ID);
  const time = child(run.tree, ROOT_ELEMENT, EFFECTIVE_TIME);
  const identifier = id === NONE ? undefined : toIdentifier(run, id);
  return {
    // Both a system and a value are required (bdl-9). A document without an id is identified by its content.
    identifier:
      identifier?.system === undefined || identifier.value === undefined
        ? { system: 'urn:ietf:rfc:3986', value: String(run.variables.get('sha256')) }
        : identifier,
    timestamp: (time === NONE ? undefined : timestamp(run, time)) ?? otherTimestamp(run),
  };
}

/** For a document without a time of its own: the nearest time in it, and where that stands. */
function otherTimestamp(run: Run): Primitive<string> | undefined {
  const time = fallbackTime(run.tree);
  const found = time === NONE ? undefined : timestamp(run, time);
  if (found === undefined) return undefined;
  const place: Extension = { url: 'urn:cairn:timestamp-from', valueString: xpathOf(run.tree, time) };
  return { ...found, extension: [...(found.extension ?? []), place] };
}

/** The one time that must have a value, whatever the document says (issue 3.4); an extension tells where it was completed. */
function timestamp(run: Run, time: Node): Primitive<string> | undefined {
  const instant = toInstant(run, time);
  if (instant?.value !== undefined) return instant;
  const value = attribute(run.tree, time, VALUE);
  const text = value === NONE ? '' : valueOf(run.tree, value).trim();
  // A time of day with a digit missing still has its date.
  const point = parseTs(text) ?? parseTs(text.slice(0, 8));
  if (point === undefined) return undefined;
  const { year, month, day, hour, minute, second, fraction, offset } = point;
  const [hh, mm, ss] = [hour, minute, second].map((part) => part || '00');
  const original = instant?.extension?.filter(({ valueString }) => valueString !== undefined) ?? [];
  return {
    value: `${year}-${month || '01'}-${day || '01'}T${hh!}:${mm!}:${ss!}${fraction}${offset || 'Z'}`,
    extension: [...original, UTC_ASSUMED],
  };
}

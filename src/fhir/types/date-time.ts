import type { Reading } from '../../cda/reading.js';
import type { PointInTime } from '../../cda/types/ts.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { borrowedOffset, nextMidnight } from '../time-zone.js';
import { clockText, dateText, pointOfTime } from './point.js';

/**
 * A FHIR dateTime from a TS or IVL_TS, with the precision of the source.
 *
 * FHIR requires an offset with every time of day (FHIR R4 2.24.0.1). It is the value's own, else that of
 * `reading.timeZone`; it is never invented. Without either, and for an hour without minutes, only the date is given,
 * and the exact text is in the originalText extension.
 *
 *   20150622103000-0500  ->  2015-06-22T10:30:00-05:00
 *   20150622103000       ->  2015-06-22, originalText 20150622103000
 */
export function toDateTime(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, dateTimeText);
}

/** A point in time as a dateTime, with its time of day if that has an offset. */
export function dateTimeText(point: PointInTime, reading: Reading): string {
  return (point.minute === '' ? undefined : momentText(point, reading)) ?? dateText(point);
}

/** Date, time and offset; undefined if no offset is certain. The point must have minutes. */
export function momentText(point: PointInTime, reading: Reading): string | undefined {
  const offset = point.offset === '' ? borrowedOffset(reading.timeZone, point) : point.offset;
  if (offset === undefined) return undefined;
  const shown = point.hour === '24' ? nextMidnight(point) : point;
  return [dateText(shown), 'T', clockText(shown), offset].join('');
}

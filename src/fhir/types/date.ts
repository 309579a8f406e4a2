import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { dateText, pointOfTime } from './point.js';

/**
 * A FHIR date from a TS or IVL_TS: the date that is written, never moved to another zone. A time of day, which a date
 * can't hold, stays in the originalText extension.
 */
export function toDate(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, dateText);
}

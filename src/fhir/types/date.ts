import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { dateText, pointOfTime } from './point.js';

/**
 * A FHIR date from a TS or IVL_TS: the date as written, never moved to another zone. A time of day does not fit into a
 * date, so it is kept in the originalText extension.
 */
export function toDate(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, dateText);
}

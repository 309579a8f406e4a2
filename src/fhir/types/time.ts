import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { clockText, pointOfTime } from './point.js';

/**
 * A FHIR time (hours and minutes of the local clock) from a TS or IVL_TS. Date and offset stay in the originalText
 * extension. Without minutes the whole text stays there.
 */
export function toTime(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, (point) =>
    point.minute === '' || point.hour === '24' ? undefined : clockText(point),
  );
}

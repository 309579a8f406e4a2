import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { clockText, pointOfTime } from './point.js';

/**
 * A FHIR time, the hours and minutes on a local clock, from a TS or IVL_TS. The rest of the source (its date and
 * offset) stays in the originalText extension; so does all of it where there are no minutes.
 */
export function toTime(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, (point) =>
    point.minute === '' || point.hour === '24' ? undefined : clockText(point),
  );
}

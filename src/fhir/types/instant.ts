import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { momentText } from './date-time.js';
import { pointOfTime } from './point.js';

/**
 * A FHIR instant from a TS or IVL_TS. An instant is known to the second with its offset (FHIR R4 2.24.0.1); what the
 * source says less exactly is a data-absent-reason with the exact text beside it, not a made-up time.
 */
export function toInstant(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, (point) =>
    point.precision === 'second' ? momentText(point, reading) : undefined,
  );
}

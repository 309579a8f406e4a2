import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { momentText } from './date-time.js';
import { pointOfTime } from './point.js';

/**
 * A FHIR instant from a TS or IVL_TS. An instant has seconds and an offset (FHIR R4 2.24.0.1). A time without seconds
 * gets zero seconds, as a dateTime does, with the exact text beside it. A less precise time becomes a
 * data-absent-reason with its text, not an invented time.
 *
 *   202403051000-0500  ->  2024-03-05T10:00:00-05:00, originalText 202403051000-0500
 */
export function toInstant(reading: Reading, node: Node, suffix = ''): Primitive<string> | undefined {
  return pointOfTime(reading, node, suffix, (point) => (point.minute === '' ? undefined : momentText(point, reading)));
}

import type { Annotation } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import type { Node } from '../../xml/tree.js';
import { toText } from './text.js';

/** An Annotation that has only a text. */
export function toAnnotation(reading: Reading, node: Node): Annotation | undefined {
  const text = toText(reading, node)?.value;
  return text === undefined ? undefined : { text };
}

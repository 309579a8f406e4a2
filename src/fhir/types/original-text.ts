import type { Extension } from 'fhir/r4.js';

export const ORIGINAL_TEXT = 'http://hl7.org/fhir/StructureDefinition/originalText';

/**
 * What the source wrote, kept beside a value that does not show it character for character: a time without its offset,
 * an impossible date, a number with leading zeros. So nothing is lost in the conversion.
 */
export function originalText(text: string): Extension {
  return { url: ORIGINAL_TEXT, valueString: text };
}

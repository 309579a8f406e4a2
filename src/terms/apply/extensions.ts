import type { Extension } from 'fhir/r4.js';
import type { PackSource } from '../pack/form.js';

/** On a coding that a term pack has added: the map, its version, the rule, and whether somebody has to confirm it. */
export const CODING_MAP = 'https://cairn.example/fhir/StructureDefinition/coding-map';
/** On a quantity in its canonical unit: what the source says. */
export const SAID_QUANTITY = 'https://cairn.example/fhir/StructureDefinition/said-quantity';

export function mapExtension({ title, version }: PackSource, rule: string, isCandidate: boolean): Extension {
  return {
    url: CODING_MAP,
    extension: [
      { url: 'map', valueString: title },
      { url: 'version', valueString: version },
      { url: 'rule', valueCode: rule },
      ...(isCandidate ? [{ url: 'candidate', valueBoolean: true }] : []),
    ],
  };
}
